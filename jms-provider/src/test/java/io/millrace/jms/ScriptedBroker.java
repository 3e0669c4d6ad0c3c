package io.millrace.jms;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ClientFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.Frame;
import io.millrace.wire.FrameReader;
import io.millrace.wire.Id128;
import io.millrace.wire.TemporaryName;
import io.millrace.wire.TrafficFrame;
import jakarta.jms.Connection;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A broker on a real socket that answers what every client asks first, and leaves the rest to the
 * test: it hands out the frames that came, and sends the ones that it is told to.
 */
final class ScriptedBroker implements AutoCloseable {

    static final long EPOCH = 3;

    /**
     * A destination is in the partition that its name ends in, as {@code @2}; else in the first.
     */
    static final int PARTITIONS = 3;

    private static final int LIMIT_SECONDS = 30;
    private static final int HEARTBEAT_MILLIS = 1_000;

    private final ServerSocket server;
    private final BlockingQueue<ClientFrame> arrived = new LinkedBlockingQueue<>();
    private volatile @Nullable Socket current;

    ScriptedBroker() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "scripted-broker");
        thread.setDaemon(true);
        thread.start();
    }

    /** What a test does with a broker and a client. */
    interface Script {
        void play(ScriptedBroker broker, Connection connection) throws Exception;
    }

    /** Plays a script. If it fails, the broker goes away first, so that the client can end. */
    static void play(String options, Script script) throws Exception {
        try (ScriptedBroker broker = new ScriptedBroker()) {
            String uri = broker.uri("reconnect.max.ms=5000" + options);
            Connection connection = new MillraceConnectionFactory(uri).createConnection();
            boolean played = false;
            try {
                script.play(broker, connection);
                played = true;
            } finally {
                if (!played) {
                    broker.close();
                }
                connection.close();
            }
        }
    }

    String uri(String options) {
        return "millrace://127.0.0.1:" + server.getLocalPort() + "?" + options;
    }

    /** The next frame of a type; others that came before it are skipped. */
    <T extends ClientFrame> T next(Class<T> type) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            // Pings that come in between do not make it wait longer.
            ClientFrame frame = arrived.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertNotNull(frame, "no " + type.getSimpleName() + " came");
            if (type.isInstance(frame)) {
                return type.cast(frame);
            }
        }
    }

    /** Whether a frame of a type came and was not handed out yet. */
    boolean hasArrived(Class<? extends ClientFrame> type) {
        return arrived.stream().anyMatch(type::isInstance);
    }

    void send(BrokerFrame frame) {
        Socket to = current;
        assertNotNull(to, "no client is connected");
        try {
            synchronized (this) {
                to.getOutputStream().write(frame.encoded());
                to.getOutputStream().flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void confirm(TrafficFrame.Send send) {
        send(new BrokerFrame.SendConfirmed(send.handle(), send.batch().lastProducerSequence()));
    }

    /** Cuts the link; clients may come back. */
    void cut() throws IOException {
        Socket lost = current;
        assertNotNull(lost, "no client is connected");
        lost.close();
    }

    /** Cuts the link and lets nobody in any more. */
    @Override
    public void close() throws IOException {
        server.close();
        Socket lost = current;
        if (lost != null) {
            lost.close();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                current = socket;
                Thread thread = new Thread(() -> read(socket), "scripted-broker-link");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void read(Socket socket) {
        try (DataInputStream from = new DataInputStream(socket.getInputStream())) {
            while (true) {
                byte[] bytes = new byte[from.readInt()];
                from.readFully(bytes);
                ClientFrame frame = FrameReader.clientFrame(bytes, 0, bytes.length);
                answer(frame);
                arrived.add(frame);
            }
        } catch (IOException | UncheckedIOException closed) {
            // The client or the test ended the link.
        }
    }

    private void answer(ClientFrame frame) {
        if (frame instanceof ControlFrame.Ping ping) {
            send(new BrokerFrame.Pong(ping.token()));
        } else if (frame instanceof ControlFrame.Hello) {
            send(
                    new BrokerFrame.Welcome(
                            Frame.PROTOCOL_VERSION,
                            new Id128(1, 1),
                            "scripted",
                            Frame.MAX_BYTES,
                            HEARTBEAT_MILLIS,
                            1L << 30,
                            Frame.MAX_SEND_BYTES,
                            PARTITIONS));
        } else if (frame instanceof ControlFrame.ResolveDestination resolve) {
            int partition = TemporaryName.partitionOf(resolve.name());
            long id = 19 + partition;
            send(new BrokerFrame.Located(resolve.requestId(), partition, 1, id, id, EPOCH));
        } else if (frame instanceof ControlFrame.CreateTemporary create) {
            int partition = TemporaryName.partitionOf(create.name());
            send(new BrokerFrame.Located(create.requestId(), partition, 0, 30, 30, EPOCH));
        } else if (frame instanceof ControlFrame.Subscribe subscribe) {
            send(new BrokerFrame.Located(subscribe.requestId(), 1, 1, 40, 41, EPOCH));
        } else if (frame instanceof TrafficFrame.Attach attach) {
            send(new BrokerFrame.Attached(attach.requestId(), attach.consumerId(), EPOCH, 30_000));
        } else if (frame instanceof TrafficFrame.Detach detach) {
            send(new BrokerFrame.Done(detach.requestId()));
        } else if (frame instanceof ControlFrame.ClaimClientId claim) {
            send(new BrokerFrame.Done(claim.requestId()));
        } else if (frame instanceof ControlFrame.Goodbye goodbye) {
            send(new BrokerFrame.Done(goodbye.requestId()));
        }
    }
}
