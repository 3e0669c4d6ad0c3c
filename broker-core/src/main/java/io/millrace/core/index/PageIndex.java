package io.millrace.core.index;

/**
 * Where a partition puts pages of what outgrows its memory.
 *
 * <p>Memory that is slower, and may fail: nothing in it outlives the opening of its partition, and
 * all of it follows from the partition's log. The contract that every implementation keeps:
 *
 * <ul>
 *   <li>{@link #get} returns what was put under the number, or throws; never anything else.
 *   <li>What fails in {@link #put} and {@link #remove} harms no page that was put before.
 *   <li>Nothing but {@link IndexLost} is ever thrown.
 * </ul>
 *
 * <p>Owned by whoever has the partition's turn: its thread, or one that helps.
 */
public interface PageIndex extends AutoCloseable {

    /**
     * Keeps a page under a number that no page had before.
     *
     * @return false if it could not: then the page is still the caller's, and may be put later
     */
    boolean put(long number, byte[] page);

    /**
     * The page that was put under a number and not removed.
     *
     * @throws IndexLost if it is not there any more, or is damaged: the partition has to be built
     *     anew from its log, without this index
     */
    byte[] get(long number);

    /** Gives back a page's space. What cannot be removed now may stay until {@link #close}. */
    void remove(long number);

    /** Drops all pages; nothing of them is left on a disk. Idempotent. */
    @Override
    void close();
}
