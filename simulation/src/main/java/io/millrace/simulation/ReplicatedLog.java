package io.millrace.simulation;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One owner's way to the replicas: what it appends arrives some time later, in order, and is
 * refused once another owner has a higher epoch.
 */
final class ReplicatedLog implements PartitionLog {

    private static final int MAX_ENTRY_BYTES = 32 << 10;

    private final ReplicatedMemory memory;
    private final Owner owner;
    private final long epoch;
    private final Listener listener;
    private long end;
    private long durable;
    private boolean failed;

    /** Whose log it is. */
    interface Owner {

        /** How long an append takes to the replicas, or an answer back. */
        long nextNanos();

        /** Does something after true time has passed, whatever becomes of the owner. */
        void travel(long nanos, Runnable arrival);

        /** Does something in the owner's process, if it still lives. */
        void hear(Runnable news);

        /** An append was refused. */
        void fenced();

        /** A planted bug: whether an owner that was fenced does not hear of it. */
        boolean isDeaf(byte[] body);
    }

    ReplicatedLog(ReplicatedMemory memory, Owner owner, long epoch, Listener listener) {
        this.memory = memory;
        this.owner = owner;
        this.epoch = epoch;
        this.listener = listener;
        this.end = memory.end();
        this.durable = memory.end();
    }

    @Override
    public long append(EntryBody body, long nowMillis) {
        requireWorking();
        long offset = end++;
        byte[] bytes = body.toByteArray();
        owner.travel(owner.nextNanos(), () -> arrived(offset, nowMillis, bytes));
        return offset;
    }

    private void arrived(long offset, long millis, byte[] body) {
        if (memory.store(epoch, offset, millis, body) || owner.isDeaf(body)) {
            owner.travel(owner.nextNanos(), () -> owner.hear(() -> stored(offset + 1)));
            return;
        }
        owner.fenced();
        owner.travel(owner.nextNanos(), () -> owner.hear(this::fail));
    }

    private void stored(long upTo) {
        if (!failed) {
            durable = Math.max(durable, upTo);
            listener.durableUpTo(durable);
        }
    }

    private void fail() {
        if (!failed) {
            failed = true;
            listener.failed(fenced());
        }
    }

    private LogFailure fenced() {
        return new LogFailure(
                LogFailure.Kind.FENCED, "Expected to own the log, but epoch " + epoch + " is over");
    }

    private void requireWorking() {
        if (failed) {
            throw fenced();
        }
    }

    @Override
    public long endOffset() {
        return end;
    }

    @Override
    public long startOffset() {
        return 0;
    }

    @Override
    public long durableOffset() {
        return durable;
    }

    @Override
    public int maxEntryBytes() {
        return MAX_ENTRY_BYTES;
    }

    @Override
    public List<LogEntry> read(long from, int maxBytes) {
        return memory.read(from, Math.min(durable, memory.end()), maxBytes);
    }

    @Override
    public List<SealedSegment> sealedSegments() {
        return List.of();
    }

    @Override
    public byte @Nullable [] footer(SealedSegment segment) {
        return null;
    }

    @Override
    public void forgetBefore(long offset) {
        // The replicas keep everything.
    }

    @Override
    public void saveCheckpoint(long upTo, byte[] content) {
        requireWorking();
        if (memory.isFenced(epoch)) {
            throw fenced();
        }
        memory.save(new Checkpoint(upTo, content));
    }

    @Override
    public @Nullable Checkpoint latestCheckpoint() {
        return memory.checkpoint();
    }

    @Override
    public void close() {
        failed = true;
    }
}
