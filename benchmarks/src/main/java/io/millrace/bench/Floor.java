package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * How fast synchronous clients can be on this machine at all: the load of {@code sync-N}, with a
 * connection for each sender and with one for all, and of {@code request-reply} on a {@link
 * FloorServer} in a JVM of its own, which does nothing that could be left out. No broker that
 * flushes before it confirms gets beyond that.
 */
record Floor(int producers, int seconds) {

    private static final int WARM_UP_SECONDS = 5;

    static Floor from(Arguments arguments) {
        Floor floor = new Floor(arguments.number("producers", 16), arguments.number("measure", 5));
        arguments.refuseOthers();
        return floor;
    }

    boolean run() throws IOException, InterruptedException {
        Path target = Trial.targetDirectory();
        Path file =
                Files.createTempFile(
                        Files.createDirectories(target.resolve("data")), "floor", ".bin");
        Path log = Files.createDirectories(target.resolve("logs")).resolve("floor.log");
        try {
            DeviceProbe.zero(file);
            for (int count : new int[] {1, producers}) {
                try (JavaProcess server = server(target, file, log)) {
                    sends(port(server), count);
                }
            }
            try (JavaProcess server = server(target, file, log)) {
                sessions(port(server));
            }
            try (JavaProcess server = server(target, file, log)) {
                requests(port(server));
            }
        } finally {
            Files.delete(file);
        }
        return true;
    }

    private static JavaProcess server(Path target, Path file, Path log) throws IOException {
        return JavaProcess.start(
                "floor server",
                target.resolve("lib-driver") + "/*",
                List.of("-Xmx256m"),
                List.of(Main.class.getName(), "floor-server", "--file", file.toString()),
                log);
    }

    private static int port(JavaProcess server) throws InterruptedException {
        return Integer.parseInt(
                server.awaitLine(FloorServer.PORT).substring(FloorServer.PORT.length()));
    }

    private void sends(int port, int count) throws IOException, InterruptedException {
        LongAdder sent = new LongAdder();
        List<SocketChannel> sockets = new ArrayList<>();
        SocketChannel consumer = connect(port, FloorServer.Role.CONSUMER);
        sockets.add(consumer);
        thread(() -> consume(consumer));
        for (int i = 0; i < count; i++) {
            SocketChannel socket = connect(port, FloorServer.Role.PRODUCER);
            sockets.add(socket);
            thread(() -> produce(socket, sent));
        }
        double perSecond = perSecond(sent);
        for (SocketChannel socket : sockets) {
            socket.close();
        }
        System.out.println(
                Results.format(
                        "floor: %d synchronous senders of 1 KB with a connection each, one consumer: %,.0f/s",
                        count, perSecond));
    }

    private double perSecond(LongAdder sent) throws InterruptedException {
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        long before = sent.sum();
        long begin = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        return (sent.sum() - before) * 1e9 / (System.nanoTime() - begin);
    }

    /** As {@link #sends}, but the senders share a connection, as sessions do. */
    private void sessions(int port) throws IOException, InterruptedException {
        LongAdder sent = new LongAdder();
        try (SocketChannel consumer = connect(port, FloorServer.Role.CONSUMER);
                SocketChannel socket = connect(port, FloorServer.Role.PRODUCER)) {
            thread(() -> consume(consumer));
            FloorSessions sessions = new FloorSessions(socket, producers);
            thread(sessions::hearConfirmations);
            for (int i = 0; i < producers; i++) {
                thread(() -> sessions.produce(sent));
            }
            System.out.println(
                    Results.format(
                            "floor: %d synchronous senders of 1 KB on one connection, one consumer: %,.0f/s",
                            producers, perSecond(sent)));
        }
    }

    private void requests(int port) throws IOException {
        SocketChannel service = connect(port, FloorServer.Role.SERVICE);
        thread(() -> reply(service));
        Histogram nanos = new Histogram(3);
        ByteBuffer buffer = ByteBuffer.allocateDirect(FloorServer.RECORD_BYTES);
        try (service;
                SocketChannel socket = connect(port, FloorServer.Role.REQUESTER)) {
            long begin = System.nanoTime();
            long measureFrom = begin + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
            long end = measureFrom + TimeUnit.SECONDS.toNanos(seconds);
            for (long now = begin; now < end; ) {
                write(socket, buffer.clear());
                read(socket, buffer, FloorServer.ACK_BYTES);
                read(socket, buffer, FloorServer.RECORD_BYTES);
                long done = System.nanoTime();
                if (now >= measureFrom) {
                    nanos.recordValue(done - now);
                }
                now = done;
            }
        }
        System.out.println(
                Results.format(
                        "floor: request and reply, each flushed: p50 %.0f us, p99 %.0f us",
                        nanos.getValueAtPercentile(50) / 1e3,
                        nanos.getValueAtPercentile(99) / 1e3));
    }

    private static SocketChannel connect(int port, FloorServer.Role role) throws IOException {
        SocketChannel socket =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        write(socket, ByteBuffer.wrap(new byte[] {(byte) role.ordinal()}));
        return socket;
    }

    /** What a client's thread does until its socket is closed. */
    private interface Work {
        void run() throws IOException;
    }

    private static void thread(Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (ClosedChannelException closed) {
                                // The measurement is over.
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        "bench-floor");
        thread.setDaemon(true);
        thread.start();
    }

    private static void produce(SocketChannel socket, LongAdder sent) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(FloorServer.RECORD_BYTES);
        while (true) {
            write(socket, buffer.clear());
            read(socket, buffer, FloorServer.ACK_BYTES);
            sent.increment();
        }
    }

    private static void consume(SocketChannel socket) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        ByteBuffer had = ByteBuffer.allocateDirect(FloorServer.ACK_BYTES);
        while (socket.read(buffer.clear()) >= 0) {
            write(socket, had.clear());
        }
    }

    private static void reply(SocketChannel socket) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(FloorServer.RECORD_BYTES);
        while (true) {
            read(socket, buffer, FloorServer.RECORD_BYTES);
            write(socket, buffer.clear());
            read(socket, buffer, FloorServer.ACK_BYTES);
        }
    }

    static void write(SocketChannel socket, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    static void read(SocketChannel socket, ByteBuffer buffer, int howMany) throws IOException {
        buffer.clear().limit(howMany);
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                throw new ClosedChannelException();
            }
        }
    }
}
