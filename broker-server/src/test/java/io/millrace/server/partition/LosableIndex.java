package io.millrace.server.partition;

import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;

/** An index that counts what it takes, and is lost when it is told to. */
final class LosableIndex implements PageIndex {

    private final PageIndex pages;

    /** How many pages it took. */
    int taken;

    boolean lost;

    LosableIndex(PageIndex pages) {
        this.pages = pages;
    }

    @Override
    public boolean put(long number, byte[] page) {
        boolean put = pages.put(number, page);
        taken += put ? 1 : 0;
        return put;
    }

    @Override
    public byte[] get(long number) {
        if (lost) {
            throw new IndexLost("Expected a page, but all were lost", null);
        }
        return pages.get(number);
    }

    @Override
    public void remove(long number) {
        pages.remove(number);
    }

    @Override
    public void close() {
        pages.close();
    }
}
