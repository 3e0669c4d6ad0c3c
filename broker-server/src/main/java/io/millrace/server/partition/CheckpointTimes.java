package io.millrace.server.partition;

import java.util.concurrent.TimeUnit;

/** When a checkpoint is worth it. Guarded by its runner's turns. */
final class CheckpointTimes {

    /** The log grows by this much between checkpoints, in bytes of offset. */
    private static final long DISTANCE = 64L << 20;

    /** With too little space one is taken so often, if there is something new. */
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private long lastOffset;
    private long offsetBefore;
    private long takenAtNanos;

    /**
     * The log was opened.
     *
     * @param replayedFrom where its newest checkpoint ends: what follows would be replayed at the
     *     next start too, and the one after
     */
    void opened(long replayedFrom, long endOffset) {
        lastOffset = replayedFrom;
        offsetBefore = endOffset;
    }

    /** One was taken, at the end of the log. */
    void taken(long endOffset, long nanos) {
        offsetBefore = lastOffset;
        lastOffset = endOffset;
        takenAtNanos = nanos;
    }

    /**
     * Whether it is time for one.
     *
     * @param isShort whether there is too little space: the log gives back only what the older of
     *     two checkpoints does not need, so it takes two
     */
    boolean isDue(long endOffset, boolean isShort, long nanos) {
        return endOffset - lastOffset > DISTANCE
                || isShort && endOffset > offsetBefore && nanos - takenAtNanos > SHORT_NANOS;
    }
}
