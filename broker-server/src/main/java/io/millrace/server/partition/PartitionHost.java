package io.millrace.server.partition;

import io.millrace.core.PartitionLoop;
import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.KnownBranches;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.PartitionMachine;
import io.millrace.server.LogOpener;
import io.millrace.server.messages.MessageStore;
import io.millrace.wire.Frame;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds a partition's machine and its shell from the log. */
public final class PartitionHost implements RunnerHost<PartitionCommand> {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionHost.class);

    /** Part of the heap that recent messages may take up. */
    private static final int CACHE_PART = 6;

    private static final long MAX_CACHE_BYTES = 512L << 20;

    /** After so many bytes of messages it is looked whether there is space for more. */
    private static final int LOOK_BYTES = 4 << 20;

    /** What a batch counts for beside its messages: it may be flushed alone. */
    private static final int BATCH_BYTES = 16 << 10;

    private final int partition;
    private final LogOpener logs;
    private final PartitionLimits limits;
    private final PartitionShell.Surroundings surroundings;

    private final PreparedWatch prepared;

    // Of the partition's thread.
    private @Nullable KnownBranches branches;
    private @Nullable PartitionRunner<PartitionCommand> runner;
    private @Nullable PartitionShell shell;
    private @Nullable String shortage;
    private int bytesSinceLook;

    /** The log's own has failed: one in the heap takes its place. */
    private boolean withoutIndex;

    /** From then on there are clients that come back to a partition that is built anew. */
    private boolean wasOpen;

    /** A larger batch is refused. */
    private volatile int maxBatchBytes = Frame.MAX_SEND_BYTES;

    /**
     * A partition that is not open yet.
     *
     * @param limits as {@link PartitionLimits#sharedBy} makes them if there are several
     */
    public PartitionHost(
            int partition,
            LogOpener logs,
            PartitionLimits limits,
            PartitionShell.Surroundings surroundings) {
        this.partition = partition;
        this.logs = logs;
        this.limits = limits;
        this.surroundings = surroundings;
        this.prepared = new PreparedWatch(partition, logs.preparedAlarmMillis());
    }

    @Override
    public RunnerHost.Running<PartitionCommand> open(PartitionRunner<PartitionCommand> runner) {
        AtomicReference<MessageStore> storeReference = new AtomicReference<>();
        LogOpener.Opened opened =
                logs.open(
                        partition,
                        new RunnerListener(
                                runner,
                                segment -> {
                                    MessageStore store = storeReference.get();
                                    return store == null
                                            ? new byte[0]
                                            : store.index().seal(segment);
                                }));
        try {
            return replay(runner, opened, storeReference);
        } catch (IndexLost e) {
            opened.close();
            if (withoutIndex) {
                throw e;
            }
            goOnWithout(e);
            return open(runner);
        } catch (RuntimeException | Error e) {
            // Left open, it would keep everybody out, and hide why.
            opened.close();
            throw e;
        }
    }

    /** What there is of prepared branches. May be asked by any thread. */
    public PreparedReport prepared() {
        return prepared.report();
    }

    /** A larger batch is refused. May be asked by any thread. */
    public int maxBatchBytes() {
        return maxBatchBytes;
    }

    /** Another file would fail as this one did. */
    private void goOnWithout(IndexLost failure) {
        withoutIndex = true;
        LOG.warn(
                "partition {}: its index is kept in memory until a restart: {}",
                partition,
                failure.getMessage());
    }

    private RunnerHost.Running<PartitionCommand> replay(
            PartitionRunner<PartitionCommand> runner,
            LogOpener.Opened opened,
            AtomicReference<MessageStore> storeReference) {
        PartitionLog log = opened.log();
        MessageStore store = new MessageStore(log, cacheBytes(), logs.recoveryThreads());
        storeReference.set(store);
        PartitionLimits within =
                (wasOpen ? limits.expectingClients() : limits).within(log.maxEntryBytes());
        maxBatchBytes = within.maxBatchBytes();
        PageIndex used = withoutIndex ? new HeapIndex() : opened.index();
        PartitionMachine machine = new PartitionMachine(partition, opened.epoch(), within, used);
        PartitionShell built =
                new PartitionShell(
                        runner,
                        machine,
                        log,
                        store,
                        logs.retention(),
                        catchUpBytesPerSecond(),
                        surroundings);
        PartitionLoop<PartitionCommand> loop = new PartitionLoop<>(machine, log, built);
        loop.recover(new RecoveryProgress("Partition " + partition, System::nanoTime));
        built.goLive();
        shell = built;
        wasOpen = true;
        this.runner = runner;
        branches = machine.branches();
        lookAtBranches(runner);
        shortage = null;
        lookForSpace(runner);
        return new RunnerHost.Running<>(loop, log, used);
    }

    private long cacheBytes() {
        long all = Math.min(MAX_CACHE_BYTES, Runtime.getRuntime().maxMemory() / CACHE_PART);
        return all / limits.sharers();
    }

    private long catchUpBytesPerSecond() {
        long all = logs.catchUpBytesPerSecond();
        return all == 0 ? 0 : Math.max(1, all / limits.sharers());
    }

    @Override
    public PartitionCommand stopping() {
        return new PartitionCommand.Stopping();
    }

    @Override
    public PartitionCommand tick() {
        return new PartitionCommand.Tick();
    }

    @Override
    public void handled(PartitionCommand command) {
        if (command instanceof PartitionCommand.Enqueue) {
            PartitionCommand.Enqueue enqueue = (PartitionCommand.Enqueue) command;
            surroundings.gauge().handled(enqueue.origin().linkId(), enqueue.batch().length());
            bytesSinceLook += enqueue.batch().length() + BATCH_BYTES;
            if (runner != null && bytesSinceLook > LOOK_BYTES) {
                lookForSpace(runner);
            }
        } else if (command instanceof PartitionCommand.Tick && runner != null && shortage != null) {
            lookForSpace(runner);
        }
        if (runner != null
                && (command instanceof PartitionCommand.Branch
                        || command instanceof PartitionCommand.Tick)) {
            lookAtBranches(runner);
        }
    }

    private void lookAtBranches(PartitionRunner<PartitionCommand> timed) {
        KnownBranches known = branches;
        long again = known == null ? Long.MAX_VALUE : prepared.look(known, timed.nowMillis());
        if (again != Long.MAX_VALUE) {
            timed.wakeIn(again);
        }
    }

    @Override
    public boolean isShortOfSpace() {
        return shortage != null;
    }

    private void lookForSpace(PartitionRunner<PartitionCommand> informed) {
        bytesSinceLook = 0;
        String found = logs.shortage();
        if (!Objects.equals(found, shortage)) {
            shortage = found;
            informed.post(new PartitionCommand.SpaceChanged(found));
        }
    }

    @Override
    public void refused(PartitionCommand command, String reason, int retryAfterMillis) {
        handled(command);
        surroundings.links().refuse(command.origin(), reason, retryAfterMillis);
    }

    @Override
    public void failed(RuntimeException failure) {
        if (failure instanceof IndexLost lost) {
            goOnWithout(lost);
        }
        PartitionShell broken = shell;
        if (broken != null) {
            // What it reads now would only say that its log is closed.
            broken.end();
        }
        surroundings.links().closeAll();
    }

    /** Passes on to the runner what the log reports. */
    record RunnerListener(
            PartitionRunner<?> runner,
            java.util.function.Function<PartitionLog.SealedSegment, byte[]> seal)
            implements PartitionLog.Listener {

        @Override
        public byte[] sealing(PartitionLog.SealedSegment segment) {
            return seal.apply(segment);
        }

        @Override
        public void durableUpTo(long offset) {
            runner.durableUpTo(offset);
        }

        @Override
        public void failed(LogFailure failure) {
            runner.fail(failure);
        }
    }
}
