package io.millrace.server.partition;

import io.millrace.core.Effect;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.server.messages.MessageStore;
import io.millrace.server.messages.ReadPlan;
import io.millrace.server.messages.StoredBlock;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads messages in threads that may wait for the disk, for as long as one shell carries out a
 * partition's effects.
 *
 * <p>Stored bytes that are damaged, or that the device refuses to read, hurt whoever asked for them
 * and nobody else. Any other failure is the partition's: it is built anew.
 */
final class StoredReads {

    private static final Logger LOG = LoggerFactory.getLogger(StoredReads.class);

    private final PartitionRunner<PartitionCommand> runner;
    private final PartitionLog log;
    private final MessageStore store;
    private final Readers readers;
    private final CatchUpPace pace;

    /** The shell is gone, and its log closed: nobody waits for what is still being read. */
    private volatile boolean over;

    StoredReads(
            PartitionRunner<PartitionCommand> runner,
            PartitionLog log,
            MessageStore store,
            Readers readers,
            CatchUpPace pace) {
        this.runner = runner;
        this.log = log;
        this.store = store;
        this.readers = readers;
        this.pace = pace;
    }

    void end() {
        over = true;
    }

    /**
     * Reads what is asked for. On the partition's thread.
     *
     * @param then hears of it in the reading thread
     * @param failed hears on the partition's thread that it cannot be read
     */
    void load(Effect.Read read, Consumer<List<Enqueued>> then, Consumer<LogFailure> failed) {
        ReadPlan plan;
        try {
            int bytes = pace.stepBytes(read.maxBytes());
            plan = twice(() -> store.plan(read, bytes));
        } catch (LogFailure e) {
            blame(e, failed);
            return;
        }
        execute(
                () -> store.loadReadable(plan),
                then,
                failure -> {
                    if (plan.firstOffset() < log.startOffset()) {
                        // Nobody needs what lay there any more: then the rest is read.
                        load(read, then, failed);
                    } else {
                        blame(failure, failed);
                    }
                });
    }

    /**
     * Reads all of what was planned before, or nothing; {@code failed} hears of failures of all
     * kinds.
     */
    void load(ReadPlan plan, Consumer<List<Enqueued>> then, Consumer<LogFailure> failed) {
        execute(() -> store.load(plan), then, failed);
    }

    /** Reads blocks, all or nothing; {@code failed} hears of failures of all kinds. */
    void load(
            List<StoredBlock> blocks, Consumer<List<Enqueued>> then, Consumer<LogFailure> failed) {
        execute(() -> store.load(blocks), then, failed);
    }

    private void execute(
            Supplier<List<Enqueued>> read,
            Consumer<List<Enqueued>> then,
            Consumer<LogFailure> failed) {
        readers.readIn(
                pace.delayNanos(),
                () -> {
                    try {
                        List<Enqueued> blocks = twice(read);
                        if (!over) {
                            long bytes = 0;
                            for (Enqueued each : blocks) {
                                bytes += each.batch().length();
                            }
                            long sum = bytes;
                            runner.run(() -> pace.read(sum));
                            then.accept(blocks);
                        }
                    } catch (LogFailure e) {
                        whileHere(() -> failed.accept(e));
                    } catch (RuntimeException e) {
                        whileHere(
                                () -> {
                                    throw e;
                                });
                    }
                });
    }

    /** Runs something on the partition's thread, unless the shell is gone by then. */
    void whileHere(Runnable task) {
        runner.run(
                () -> {
                    if (!over) {
                        task.run();
                    }
                });
    }

    /**
     * A device that refused to read is asked once more, which harms nobody: what it refuses again
     * is taken for unreadable.
     */
    static <T> T twice(Supplier<T> read) {
        try {
            return read.get();
        } catch (LogFailure e) {
            if (e.kind() != LogFailure.Kind.DEVICE) {
                throw e;
            }
            LOG.warn("Read failed, trying once more: {}", e.getMessage());
            return read.get();
        }
    }

    /** Tells whoever waits for it; what is not about stored bytes fails the partition. */
    static void blame(LogFailure failure, Consumer<LogFailure> failed) {
        if (failure.kind() != LogFailure.Kind.CORRUPT && failure.kind() != LogFailure.Kind.DEVICE) {
            throw failure;
        }
        LOG.error("Messages cannot be read; their consumers are ended: {}", failure.getMessage());
        failed.accept(failure);
    }
}
