package io.millrace.server.partition;

import io.millrace.core.PartitionLoop;
import io.millrace.core.index.IndexLost;
import io.millrace.core.log.PartitionLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last thing that happens to a log before it is closed. */
final class CleanStop {

    private static final Logger LOG = LoggerFactory.getLogger(CleanStop.class);

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private CleanStop() {}

    /**
     * Handles a last command, waits until everything is durable, at most ten seconds, and lets its
     * effects go.
     */
    static <C> void awaitDurable(RunnerHost.Running<C> up, @Nullable C last, PartitionClock clock) {
        PartitionLoop<C> loop = up.loop();
        PartitionLog log = up.log();
        loop.endTurn(clock.wallMillis());
        if (last != null) {
            loop.handle(last, clock.wallMillis(), clock.steadyMillis());
            loop.endTurn(clock.wallMillis());
        }
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (log.durableOffset() < log.endOffset() && System.nanoTime() < deadline) {
            log.hurry();
            LockSupport.parkNanos(log, LOOK_NANOS);
        }
        loop.durableUpTo(log.durableOffset());
    }

    /**
     * Closes index and log after a failure, or after none. If only the index was lost, the log says
     * that nothing else is missing: NON_PERSISTENT messages outlive that.
     */
    static void closeAfter(
            @Nullable RuntimeException failure,
            RunnerHost.Running<?> up,
            PartitionClock clock,
            String name) {
        if (failure instanceof IndexLost) {
            closeQuietly(() -> up.loop().endIntact(clock.wallMillis()), "last turn", name);
        }
        closeQuietly(up, name);
    }

    /** Closes index and log; what goes wrong is reported and changes nothing. */
    private static void closeQuietly(RunnerHost.Running<?> up, String name) {
        // The index first: no other process may have the directory while its files are there.
        closeQuietly(up.index()::close, "index", name);
        closeQuietly(up.log()::close, "log", name);
    }

    private static void closeQuietly(Runnable closing, String what, String name) {
        try {
            closing.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("{}: closing the {} failed", name, what, e);
        }
    }
}
