package io.millrace.core.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An append-only sequence of entries with one writer, the partition's owner thread.
 *
 * <p>The contract that every implementation keeps:
 *
 * <ul>
 *   <li>Appends become durable in call order. An entry is durable whole or not at all, however many
 *       physical records (an <em>entry group</em>) it was split into.
 *   <li>{@link Listener#durableUpTo} is called only after everything before the offset is safe from
 *       a power loss.
 *   <li>When one append fails, all later ones fail, {@link Listener#failed} is called once, and the
 *       log is closed.
 *   <li>A reader never sees beyond the durable end.
 *   <li>Reopening after a crash finds every entry that was reported durable, and possibly later
 *       ones, without gaps.
 * </ul>
 *
 * <p>{@link #append}, {@link #forgetBefore} and {@link #saveCheckpoint} belong to the owner thread.
 * {@link #read} may be called from any thread.
 */
public interface PartitionLog extends AutoCloseable {

    /**
     * Appends one entry and returns its offset at once; it becomes durable later, see {@link
     * Listener}.
     *
     * @param body the entry's bytes; the array must not change afterwards
     * @param nowMillis wall-clock time of the append, milliseconds since 1970; raised to the last
     *     one if it went back
     * @throws LogFailure if the log is closed or failed, or the entry exceeds {@link
     *     #maxEntryBytes}
     */
    long append(EntryBody body, long nowMillis);

    /**
     * As {@link #append}, by a caller who has nothing else to do: the log may make the entry
     * durable in the caller's thread, and report that to the listener from there, which saves a
     * change of threads each way.
     */
    default long appendAndFlush(EntryBody body, long nowMillis) {
        return append(body, nowMillis);
    }

    /**
     * As {@link #append}, where nobody waits for the entry: the log may take its time to make it
     * durable, but some tenths of a second at most while the disk keeps up, and what is not durable
     * is bounded: beyond that, appending waits.
     */
    default long appendUnhurried(EntryBody body, long nowMillis) {
        return append(body, nowMillis);
    }

    /**
     * Somebody waits for all that was appended by {@link #appendUnhurried}.
     *
     * @throws LogFailure if the log has failed: it will never be durable
     */
    default void hurry() {}

    /**
     * The offset that the next entry will get. Grows by an implementation's own measure; only its
     * order matters.
     */
    long endOffset();

    /** The offset of the oldest entry that can still be read. */
    long startOffset();

    /** Everything before this offset is durable. */
    long durableOffset();

    /** The largest body that {@link #append} accepts, in bytes. */
    int maxEntryBytes();

    /**
     * Reads entries in order, starting with the one at {@code from}, until {@code maxBytes} of
     * bodies are collected (the first entry is returned whatever its size) or the durable end is
     * reached.
     *
     * @param from an offset that {@link #append} returned or that follows from {@link
     *     LogEntry#nextOffset()}
     * @throws LogFailure if the entry was forgotten, or the stored bytes are damaged
     */
    List<LogEntry> read(long from, int maxBytes);

    /**
     * Reads all entries, starting with the one at {@code from}, up to what is durable now. The log
     * may read ahead of what is asked for, in threads of its own.
     *
     * @param from as in {@link #read}
     */
    default Replay replay(long from) {
        return new SteppedReplay(this, from);
    }

    /**
     * The sealed segments, oldest first, without the one that is being written. A segment is the
     * unit in which space is given back, and in which the owner keeps a directory of what lies
     * where.
     */
    List<SealedSegment> sealedSegments();

    /**
     * The footer that {@link Listener#sealing} returned for a segment, or null if it was lost or is
     * damaged: scan the segment then. May be called from any thread.
     */
    byte @Nullable [] footer(SealedSegment segment);

    /**
     * Allows everything before the offset to be deleted or recycled. Never deletes an entry at or
     * after it.
     */
    void forgetBefore(long offset);

    /**
     * Stores a checkpoint that stands for all entries before {@code upTo}. Returns when it is
     * durable. The previous checkpoint is kept until this one is.
     */
    void saveCheckpoint(long upTo, byte[] content);

    /**
     * The newest intact checkpoint, or null if there is none. A damaged newest one falls back to
     * the one before.
     */
    @Nullable Checkpoint latestCheckpoint();

    /**
     * Flushes what was appended, releases the lock on the log, and ends its threads. Idempotent.
     */
    @Override
    void close();

    /** The entries of a log, in order. Owned by one thread. */
    interface Replay extends AutoCloseable {

        /**
         * The next entries; none if there are no more.
         *
         * @throws LogFailure as {@link PartitionLog#read} at the same place
         */
        List<LogEntry> next();

        /** Ends what is read ahead. */
        @Override
        void close();
    }

    /** A stored state of the machine and the offset at which replay goes on. */
    record Checkpoint(long upTo, byte[] content) {}

    /**
     * A stretch of the log that takes no more entries.
     *
     * @param from offset of its first entry
     * @param to offset after its last entry
     */
    record SealedSegment(long from, long to) {}

    /**
     * Hears what becomes of appends. {@link #durableUpTo} and {@link #failed} are called by the
     * log's own thread, or within {@link #appendAndFlush}; one call at a time. They must return
     * quickly.
     */
    interface Listener {

        /**
         * A segment takes no more entries. Called on the owner thread, inside the {@link
         * PartitionLog#append} that rolls.
         *
         * @return the footer to store behind its last entry, at most 4 MiB; may be empty
         */
        byte[] sealing(SealedSegment segment);

        /** Everything before {@code offset} is durable. Offsets only grow. */
        void durableUpTo(long offset);

        /**
         * An append could not be made durable. Nothing is confirmed any more; reopen the log to go
         * on.
         */
        void failed(LogFailure failure);
    }
}
