package io.millrace.core.partition;

import io.millrace.core.index.PageIndex;

/**
 * How many times a partition holds in its heap, and where those go that are too many. Owned by the
 * partition's thread.
 */
final class TimeMemory {

    /** {@link #put} could not. */
    static final long REFUSED = -1;

    /** A page has this part of the limit, within the two below. */
    private static final int PAGE_PART = 128;

    /** After a page was refused, this part of the limit has to be free before it is as before. */
    private static final int FREE_PART = 2;

    private static final int LARGEST_PAGE = 1_024;
    private static final int SMALLEST_PAGE = 4;

    private final PageIndex index;
    private final long limit;
    private final int pageTimes;
    private long held;

    /** Nothing is put before so many are held: higher than the limit after a failure. */
    private long fullAt;

    private long lastNumber;

    /**
     * The memory of a partition.
     *
     * @param limit how many times its heap may hold, about
     */
    TimeMemory(PageIndex index, int limit) {
        this.index = index;
        this.limit = limit;
        this.fullAt = limit;
        this.pageTimes = Math.max(SMALLEST_PAGE, Math.min(LARGEST_PAGE, limit / PAGE_PART));
    }

    /** How many times a page has. */
    int pageTimes() {
        return pageTimes;
    }

    /** More or fewer are held. */
    void held(long more) {
        held += more;
        if (held <= limit / FREE_PART) {
            fullAt = limit;
        }
    }

    boolean isFull() {
        return held > fullAt;
    }

    /** Puts a page into the index; its number, or {@link #REFUSED}. */
    long put(byte[] page) {
        if (index.put(lastNumber + 1, page)) {
            return ++lastNumber;
        }
        lastNumber++;
        return REFUSED;
    }

    /** A page was refused: not again before there is a quarter more. */
    void refused() {
        fullAt = Math.max(limit, held + held / 4);
    }

    byte[] get(long number) {
        return index.get(number);
    }

    void remove(long number) {
        index.remove(number);
    }
}
