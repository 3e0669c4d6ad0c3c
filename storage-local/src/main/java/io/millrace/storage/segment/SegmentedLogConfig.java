package io.millrace.storage.segment;

import io.millrace.core.log.PartitionLog;
import java.nio.file.Path;

/**
 * What {@link SegmentedLog#open} needs.
 *
 * @param directory belongs to this log alone; created if missing
 * @param partition number of the partition; a directory of another partition is refused
 * @param epoch of the owner, refused if the log holds an entry of a higher one; or {@link
 *     #NEXT_EPOCH}
 * @param limits sizes
 * @param flusher the flusher of the disk that the directory is on
 * @param listener hears what becomes of appends, on the flusher's thread
 * @param recoveryThreads how many threads read a long log when it is replayed, at least 1; the one
 *     that replays is the first
 */
public record SegmentedLogConfig(
        Path directory,
        int partition,
        long epoch,
        SegmentLimits limits,
        Flusher flusher,
        PartitionLog.Listener listener,
        int recoveryThreads) {

    /**
     * As epoch: one more than the highest under which the log was ever opened; see {@link
     * SegmentedLog#epoch}.
     */
    public static final long NEXT_EPOCH = 0;

    /** The same, replayed by one thread. */
    public SegmentedLogConfig(
            Path directory,
            int partition,
            long epoch,
            SegmentLimits limits,
            Flusher flusher,
            PartitionLog.Listener listener) {
        this(directory, partition, epoch, limits, flusher, listener, 1);
    }

    boolean claimsNextEpoch() {
        return epoch == NEXT_EPOCH;
    }
}
