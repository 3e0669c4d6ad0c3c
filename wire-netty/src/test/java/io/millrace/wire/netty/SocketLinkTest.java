package io.millrace.wire.netty;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.FrameLink;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames over a real socket: whole, in order, whoever writes them. */
@Timeout(60)
class SocketLinkTest {

    private static final int THREADS = 4;

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final Heard heard = new Heard();
    private final CompletableFuture<SocketLink> accepted = new CompletableFuture<>();
    private Channel server;

    /** What the broker's side hears. */
    private static final class Heard implements FrameLink.Listener {

        final Queue<byte[]> frames = new ConcurrentLinkedQueue<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();

        @Override
        public void received(byte[] array, int offset, int length) {
            frames.add(array);
        }

        @Override
        public void closed(String reason) {
            assertTrue(closed.complete(reason), "closed is called once");
        }
    }

    @BeforeEach
    void listen() throws Exception {
        server =
                new ServerBootstrap()
                        .group(loops)
                        .channel(FrameServerChannel.class)
                        .childHandler(initializer(accepted, heard))
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .sync()
                        .channel();
    }

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static ChannelInitializer<FrameSocketChannel> initializer(
            CompletableFuture<SocketLink> made, FrameLink.Listener listener) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(FrameSocketChannel channel) {
                SocketLink link = new SocketLink(channel, () -> {});
                link.listener(listener);
                link.install();
                made.complete(link);
            }
        };
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    private SocketLink connect(FrameLink.Listener listener) throws Exception {
        CompletableFuture<SocketLink> made = new CompletableFuture<>();
        new Bootstrap()
                .group(loops)
                .channel(FrameSocketChannel.class)
                .handler(initializer(made, listener))
                .connect(address())
                .sync();
        return made.get();
    }

    /** Type, flags, who sent it, its number there, and a body of that many bytes. */
    private static byte[] frame(int thread, int number, int bytes) {
        int length = 2 + 2 * Integer.BYTES + bytes;
        return ByteBuffer.allocate(Integer.BYTES + length)
                .putInt(length)
                .putShort((short) 0)
                .putInt(thread)
                .putInt(number)
                .array();
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 5_000, 200_000})
    void keepsTheFramesOfEachThreadWholeAndInOrder(int largest) throws Exception {
        SocketLink link = connect(new Heard());
        int each = Math.min(2_000, 40_000_000 / largest);
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            senders.add(new Thread(() -> sendAll(link, thread, each, largest)));
        }
        SocketLink slow = accepted.get();
        slow.pauseReading(true);
        senders.forEach(Thread::start);
        slow.pauseReading(false);
        for (Thread sender : senders) {
            sender.join();
        }
        link.close();
        heard.closed.get();

        int[] next = new int[THREADS];
        for (byte[] frame : heard.frames) {
            ByteBuffer bytes = ByteBuffer.wrap(frame, 2, frame.length - 2);
            int thread = bytes.getInt();
            assertEquals(next[thread]++, bytes.getInt());
        }
        for (int count : next) {
            assertEquals(each, count);
        }
    }

    private static void sendAll(FrameLink link, int thread, int count, int largest) {
        Random random = new Random(thread);
        for (int number = 0; number < count; number++) {
            byte[] frame = frame(thread, number, random.nextInt(largest));
            if (random.nextInt(3) == 0) {
                link.queue(frame, 0, frame.length);
            } else {
                link.send(frame, 0, frame.length);
            }
        }
        link.flush();
    }

    @Test
    void queuesUntilItIsFlushed() throws Exception {
        SocketLink link = connect(new Heard());
        byte[] first = frame(0, 0, 10);
        byte[] second = frame(0, 1, 10);
        link.queue(first, 0, first.length);
        accepted.get();
        assertEquals(0, heard.frames.size());

        link.send(second, 0, second.length);

        await().until(() -> heard.frames.size() == 2);
    }

    /** A channel of the JDK that blocks would close itself. */
    @Test
    void outlivesAnInterruptedSender() throws Exception {
        SocketLink link = connect(new Heard());
        byte[] frame = frame(0, 0, 10);

        Thread.currentThread().interrupt();
        link.send(frame, 0, frame.length);

        assertTrue(Thread.interrupted(), "the interrupt is the sender's to see");
        await().until(() -> heard.frames.size() == 1);
        link.send(frame, 0, frame.length);
        await().until(() -> heard.frames.size() == 2);
    }

    @Test
    void doesNothingOnceTheOtherSideIsGone() throws Exception {
        Heard client = new Heard();
        SocketLink link = connect(client);
        accepted.get().close();
        client.closed.get();

        byte[] frame = frame(0, 0, 100);
        assertDoesNotThrow(() -> link.send(frame, 0, frame.length));
        assertDoesNotThrow(link::close);
        assertEquals(0, heard.frames.size());
    }

    @Test
    void closesASocketThatStaysSilent() throws Exception {
        try (Socket silent = new Socket(address().getAddress(), address().getPort())) {
            accepted.get().expectFrameWithin(50);
            assertEquals("no frame came within 50 ms", heard.closed.get());
            assertEquals(-1, silent.getInputStream().read());
        }
    }

    @Test
    void closesASocketThatFallsSilent() throws Exception {
        SocketLink link = connect(new Heard());
        byte[] first = frame(0, 0, 10);
        link.send(first, 0, first.length);
        await().until(() -> heard.frames.size() == 1);

        accepted.get().expectSignsOfLifeWithin(60);

        assertEquals("nothing came for 60 ms", heard.closed.get());
    }

    @Test
    void keepsASocketWhoseReadingIsPaused() throws Exception {
        SocketLink link = connect(new Heard());
        accepted.get().pauseReading(true);
        accepted.get().expectSignsOfLifeWithin(30);
        CompletableFuture<Void> later = new CompletableFuture<>();
        loops.next().schedule(() -> later.complete(null), 200, TimeUnit.MILLISECONDS);
        later.get();
        byte[] first = frame(0, 0, 10);
        link.send(first, 0, first.length);
        accepted.get().pauseReading(false);

        await().until(() -> heard.frames.size() == 1);
    }

    @Test
    void keepsASocketThatHasSaidSomething() throws Exception {
        SocketLink link = connect(new Heard());
        byte[] first = frame(0, 0, 10);
        link.send(first, 0, first.length);
        await().until(() -> heard.frames.size() == 1);
        accepted.get().expectFrameWithin(1);
        CompletableFuture<Void> later = new CompletableFuture<>();
        loops.next().schedule(() -> later.complete(null), 100, TimeUnit.MILLISECONDS);
        later.get();

        link.send(first, 0, first.length);

        await().until(() -> heard.frames.size() == 2);
    }

    @Test
    void closesThoughTheOtherSideNeverReads() throws Exception {
        try (Socket silent = new Socket(address().getAddress(), address().getPort())) {
            SocketLink link = accepted.get();
            byte[] frame = frame(0, 0, 1 << 20);
            for (int i = 0; i < 32; i++) {
                link.send(frame, 0, frame.length);
            }
            link.close();
            heard.closed.get();
            assertTrue(silent.isConnected());
        }
    }
}
