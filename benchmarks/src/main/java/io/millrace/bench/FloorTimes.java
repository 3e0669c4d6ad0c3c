package io.millrace.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** The loads of a {@link Floor} whose latency counts. */
record FloorTimes(int warmUpSeconds, int seconds) {

    /** As {@link FixedRate} does it. */
    private static final long SPIN_NANOS = 150_000;

    /** One request after the other, each replied to by a service with a connection of its own. */
    FloorFigure requests(int port) throws IOException {
        Histogram nanos = new Histogram(3);
        try (FloorSocket service = FloorSocket.connect(port, FloorServer.Role.SERVICE);
                FloorSocket requester = FloorSocket.connect(port, FloorServer.Role.REQUESTER)) {
            Floor.thread(() -> reply(service));
            long begin = System.nanoTime();
            long measureFrom = begin + TimeUnit.SECONDS.toNanos(warmUpSeconds);
            long end = measureFrom + TimeUnit.SECONDS.toNanos(seconds);
            for (long now = begin; now < end; ) {
                requester.writeRecord(0);
                requester.readAck();
                requester.readRecord();
                long done = System.nanoTime();
                if (now >= measureFrom) {
                    nanos.recordValue(done - now);
                }
                now = done;
            }
        }
        return FloorFigure.latencies(nanos, seconds);
    }

    private static void reply(FloorSocket service) throws IOException {
        while (true) {
            service.readRecord();
            service.writeRecord(0);
            service.readAck();
        }
    }

    /** Records at a fixed rate; their time is taken from when they were due. */
    FloorFigure paced(int port, int perSecond) throws IOException {
        Histogram nanos = new Histogram(3);
        try (FloorSocket consumer = FloorSocket.connect(port, FloorServer.Role.CONSUMER);
                FloorSocket producer = FloorSocket.connect(port, FloorServer.Role.PRODUCER)) {
            Floor.thread(() -> hearConfirmations(producer));
            long begin = System.nanoTime();
            long measureFrom = begin + TimeUnit.SECONDS.toNanos(warmUpSeconds);
            long end = measureFrom + TimeUnit.SECONDS.toNanos(seconds);
            Floor.thread(() -> receive(consumer, measureFrom, nanos));
            long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
            for (long due = begin; due < end; due += interval) {
                await(due);
                producer.writeRecord(due);
            }
            return lastly(nanos);
        }
    }

    private FloorFigure lastly(Histogram nanos) {
        synchronized (nanos) {
            return FloorFigure.latencies(nanos, seconds);
        }
    }

    private static void receive(FloorSocket consumer, long measureFrom, Histogram nanos)
            throws IOException {
        while (true) {
            long due = consumer.readRecord();
            long now = System.nanoTime();
            consumer.writeHad();
            if (due - measureFrom >= 0) {
                synchronized (nanos) {
                    nanos.recordValue(now - due);
                }
            }
        }
    }

    private static void hearConfirmations(FloorSocket producer) throws IOException {
        while (true) {
            producer.readAck();
        }
    }

    private static void await(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
