package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How fast clients that wait can be on this machine at all: their load on a {@link FloorServer} in
 * a JVM of its own, which does nothing that could be left out. No broker that flushes before it
 * confirms and delivers gets beyond that.
 */
record Floor(int seconds) {

    private static final int WARM_UP_SECONDS = 5;

    /** {@code benchmarks/run floor}. */
    static boolean print(Arguments arguments) throws IOException, InterruptedException {
        int producers = arguments.number("producers", 16);
        Floor floor = new Floor(arguments.number("measure", 5));
        arguments.refuseOthers();
        List<FloorLoad> loads =
                List.of(
                        new FloorLoad.Senders(1, false),
                        new FloorLoad.Senders(producers, false),
                        new FloorLoad.Senders(producers, true),
                        new FloorLoad.Requests(),
                        new FloorLoad.Paced(1_000));
        for (FloorLoad load : loads) {
            System.out.println("floor: " + load.title() + ": " + floor.measure(load).line());
        }
        return true;
    }

    /** Runs the load on a server of its own. */
    FloorFigure measure(FloorLoad load) throws IOException, InterruptedException {
        Path target = Trial.targetDirectory();
        Path file = Files.createTempFile(Trial.dataDirectory(target), "floor", ".bin");
        try {
            DeviceProbe.zero(file);
            try (JavaProcess server = server(target, file)) {
                int port =
                        Integer.parseInt(
                                server.awaitLine(FloorServer.PORT)
                                        .substring(FloorServer.PORT.length()));
                return run(load, port);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static JavaProcess server(Path target, Path file) throws IOException {
        return JavaProcess.start(
                "floor server",
                target.resolve("lib-driver") + "/*",
                List.of("-Xmx256m"),
                List.of(Main.class.getName(), "floor-server", "--file", file.toString()),
                Files.createDirectories(target.resolve("logs")).resolve("floor.log"));
    }

    private FloorFigure run(FloorLoad load, int port) throws IOException, InterruptedException {
        if (load instanceof FloorLoad.Senders senders) {
            return senders.oneConnection()
                    ? sessions(port, senders.count())
                    : connections(port, senders.count());
        }
        FloorTimes times = new FloorTimes(WARM_UP_SECONDS, seconds);
        return load instanceof FloorLoad.Paced paced
                ? times.paced(port, paced.perSecond())
                : times.requests(port);
    }

    private FloorFigure connections(int port, int count) throws IOException, InterruptedException {
        LongAdder sent = new LongAdder();
        List<FloorSocket> sockets = new ArrayList<>();
        FloorSocket consumer = FloorSocket.connect(port, FloorServer.Role.CONSUMER);
        sockets.add(consumer);
        thread(consumer::consume);
        for (int i = 0; i < count; i++) {
            FloorSocket socket = FloorSocket.connect(port, FloorServer.Role.PRODUCER);
            sockets.add(socket);
            thread(() -> produce(socket, sent));
        }
        FloorFigure figure = FloorFigure.rate(perSecond(sent));
        for (FloorSocket socket : sockets) {
            socket.close();
        }
        return figure;
    }

    /** As {@link #connections}, but the senders share a connection, as sessions do. */
    private FloorFigure sessions(int port, int count) throws IOException, InterruptedException {
        LongAdder sent = new LongAdder();
        try (FloorSocket consumer = FloorSocket.connect(port, FloorServer.Role.CONSUMER);
                FloorSocket socket = FloorSocket.connect(port, FloorServer.Role.PRODUCER)) {
            thread(consumer::consume);
            FloorSessions sessions = new FloorSessions(socket, count);
            thread(sessions::hearConfirmations);
            for (int i = 0; i < count; i++) {
                thread(() -> sessions.produce(sent));
            }
            return FloorFigure.rate(perSecond(sent));
        }
    }

    private double perSecond(LongAdder sent) throws InterruptedException {
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        long before = sent.sum();
        long begin = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        return (sent.sum() - before) * 1e9 / (System.nanoTime() - begin);
    }

    private static void produce(FloorSocket socket, LongAdder sent) throws IOException {
        while (true) {
            socket.writeRecord(0);
            socket.readAck();
            sent.increment();
        }
    }

    /** What a client's thread does until its socket is closed. */
    interface Work {
        void run() throws IOException;
    }

    static void thread(Work work) {
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
}
