package io.millrace.server.partition;

import io.millrace.core.PartitionLoop;
import io.millrace.core.log.PartitionLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The last thing that happens to a log before it is closed. */
final class CleanStop {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private CleanStop() {}

    /** Waits until everything is durable, at most ten seconds, and lets its effects go. */
    static void awaitDurable(PartitionLoop<?> loop, PartitionLog log) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (log.durableOffset() < log.endOffset() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(log, LOOK_NANOS);
        }
        loop.durableUpTo(log.durableOffset());
    }
}
