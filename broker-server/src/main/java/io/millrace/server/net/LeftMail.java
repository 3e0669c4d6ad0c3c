package io.millrace.server.net;

import io.millrace.server.partition.Partitions;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The partitions in whose mailboxes a link has left something. Whoever takes it back sees to it.
 * Thread-safe.
 */
final class LeftMail {

    /** A bit for each. */
    private final AtomicLong partitions = new AtomicLong();

    /** Something was left before this is called. */
    void at(int partition) {
        long bit = bit(partition);
        if ((partitions.get() & bit) == 0) {
            partitions.getAndUpdate(before -> before | bit);
        }
    }

    /**
     * Has it handled.
     *
     * @param lendsThread whether this thread may do it. It does so for one partition: a second
     *     would wait for the flush of the first
     */
    void see(Router router, boolean lendsThread) {
        if (partitions.get() == 0) {
            return;
        }
        long left = partitions.getAndSet(0);
        boolean lends = lendsThread && Long.bitCount(left) == 1;
        while (left != 0) {
            int number = Long.numberOfTrailingZeros(left) + 1;
            router.help(number, lends);
            left &= left - 1;
        }
    }

    private static long bit(int partition) {
        return 1L << Math.min(partition, Partitions.MOST) - 1;
    }
}
