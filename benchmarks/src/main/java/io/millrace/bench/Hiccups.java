package io.millrace.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When a thread of a third process, which does nothing but sleep a quarter of a millisecond again
 * and again, got the processor late, and when the machine below took processors away ({@code steal}
 * in {@code /proc/stat}): neither is the doing of the processes that are measured, except that they
 * keep the processors busy.
 */
final class Hiccups extends Thread {

    private static final long SLEEP_NANOS = 250_000;
    private static final long LATE_NANOS = 400_000;
    private static final long STEAL_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int STEAL_COLUMN = 8;

    private final List<Span> late = new ArrayList<>();
    private final List<Span> stolen = new ArrayList<>();
    private volatile boolean ended;

    /** From one {@link System#nanoTime} to another. */
    record Span(long fromNanos, long toNanos) {
        long overlap(long from, long to) {
            return Math.max(0, Math.min(to, toNanos) - Math.max(from, fromNanos));
        }
    }

    Hiccups() {
        super("bench-hiccups");
        setDaemon(true);
    }

    @Override
    public void run() {
        long before = System.nanoTime();
        long lookedAt = before;
        long steal = stolenTicks();
        while (!ended) {
            LockSupport.parkNanos(this, SLEEP_NANOS);
            long now = System.nanoTime();
            if (now - before > SLEEP_NANOS + LATE_NANOS) {
                late.add(new Span(before + SLEEP_NANOS, now));
            }
            if (now - lookedAt > STEAL_LOOK_NANOS) {
                long ticks = stolenTicks();
                if (ticks > steal) {
                    stolen.add(new Span(lookedAt, now));
                }
                steal = ticks;
                lookedAt = now;
                now = System.nanoTime();
            }
            before = now;
        }
    }

    /** In all since the machine is up; 0 where nobody counts them. */
    private static long stolenTicks() {
        try {
            String first =
                    Files.readString(Path.of("/proc/stat"), StandardCharsets.UTF_8)
                            .split("\n", 2)[0];
            return Long.parseLong(first.trim().split(" +", -1)[STEAL_COLUMN]);
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    void end() throws InterruptedException {
        ended = true;
        join();
    }

    /** After {@link #end}. */
    List<Span> late() {
        return late;
    }

    /** After {@link #end}: times of some ten milliseconds in which something was taken away. */
    List<Span> stolen() {
        return stolen;
    }
}
