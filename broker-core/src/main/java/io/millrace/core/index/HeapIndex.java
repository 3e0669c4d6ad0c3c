package io.millrace.core.index;

import java.util.HashMap;
import java.util.Map;

/**
 * Pages in memory: for brokers without a disk, and after a file has failed. A page is packed, so it
 * is still smaller than what it was made from.
 */
public final class HeapIndex implements PageIndex {

    private final Map<Long, byte[]> pages = new HashMap<>();

    @Override
    public boolean put(long number, byte[] page) {
        pages.put(number, page);
        return true;
    }

    @Override
    public byte[] get(long number) {
        byte[] page = pages.get(number);
        if (page == null) {
            throw new IndexLost(
                    "Expected page " + number + " in memory, but it is not there", null);
        }
        return page;
    }

    @Override
    public void remove(long number) {
        pages.remove(number);
    }

    @Override
    public void close() {
        pages.clear();
    }
}
