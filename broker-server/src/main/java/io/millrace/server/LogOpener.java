package io.millrace.server;

import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.PageIndex;
import io.millrace.core.log.PartitionLog;
import io.millrace.server.messages.RetentionPolicies;
import org.jspecify.annotations.Nullable;

/** Opens the logs of a broker's partitions, on disk or in memory. */
public interface LogOpener extends AutoCloseable {

    /**
     * Opens one partition's log, as it was left.
     *
     * @throws io.millrace.core.log.LogFailure if it is held by another process, damaged, or the
     *     device refuses
     */
    Opened open(int partition, PartitionLog.Listener listener);

    /**
     * Why nothing more should be sent: there is too little space. Null while there is enough. May
     * be called from any thread; asks the system each time.
     */
    default @Nullable String shortage() {
        return null;
    }

    /** Flushes and bytes since the start, for people who watch the disk. */
    Usage usage();

    /** What stays in the logs after nobody needs it any more. */
    default RetentionPolicies retention() {
        return RetentionPolicies.NONE;
    }

    /**
     * At what pace messages are read for those who are far behind, in bytes a second, while others
     * get what is new; 0 for as fast as possible.
     */
    default long catchUpBytesPerSecond() {
        return 0;
    }

    /** How many partitions the broker has beside its catalog, numbered from 1 on. */
    default int partitions() {
        return 1;
    }

    /**
     * A broker's partitions can become more, and not fewer.
     *
     * @param highest the highest partition that there is something of
     * @param what says what that is, in words that the number can follow
     * @throws IllegalArgumentException if the broker would be without it
     */
    default void requirePartitions(int highest, String what) {
        if (highest > partitions()) {
            throw new IllegalArgumentException(
                    "Expected num.partitions of at least "
                            + highest
                            + ", as "
                            + what
                            + " partition "
                            + highest
                            + ", but it is "
                            + partitions()
                            + "; set num.partitions="
                            + highest
                            + ": partitions can be added, and not taken away");
        }
    }

    /** The highest number of a partition whose log is there before it is opened; 0 if none is. */
    default int storedPartitions() {
        return 0;
    }

    /** How many threads read what there is in a log when it is opened, at least 1. */
    default int recoveryThreads() {
        return 1;
    }

    /**
     * After so many milliseconds a prepared branch that nobody decides is worth a warning; 0 for
     * never.
     */
    default long preparedAlarmMillis() {
        return 3_600_000;
    }

    @Override
    void close();

    /**
     * An open log.
     *
     * @param epoch of this opening: higher than that of any before
     * @param index for what outgrows the heap; to be closed before the log is
     */
    record Opened(PartitionLog log, long epoch, PageIndex index) {

        /** One with an index in the heap. */
        public Opened(PartitionLog log, long epoch) {
            this(log, epoch, new HeapIndex());
        }

        /** Closes both, in the order that keeps files within the time of their lock. */
        public void close() {
            try {
                index.close();
            } finally {
                log.close();
            }
        }
    }

    /** What the logs did to the disk. */
    record Usage(long flushes, long flushedBytes) {}
}
