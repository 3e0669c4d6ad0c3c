package io.millrace.core.partition;

import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** An index that refuses some pages, and loses all when it is told to. */
final class ForgetfulIndex implements PageIndex {

    private final Map<Long, byte[]> pages = new HashMap<>();
    private final Random random;
    private final int takenPart;
    private int taken;
    private int refused;
    private boolean lost;
    private int loseAt = Integer.MAX_VALUE;

    /**
     * @param takenPart one of so many is taken
     */
    ForgetfulIndex(Random random, int takenPart) {
        this.random = random;
        this.takenPart = takenPart;
    }

    @Override
    public boolean put(long number, byte[] page) {
        if (lost || random.nextInt(takenPart) > 0) {
            refused++;
            return false;
        }
        if (pages.put(number, page.clone()) != null) {
            throw new AssertionError("Expected a new number, but there is a page " + number);
        }
        taken++;
        lost = taken >= loseAt;
        return true;
    }

    @Override
    public byte[] get(long number) {
        byte[] page = pages.get(number);
        if (lost) {
            throw new IndexLost("Expected an index, but it was lost", null);
        }
        if (page == null) {
            throw new AssertionError("Expected a page to be got while it is there: " + number);
        }
        return page;
    }

    @Override
    public void remove(long number) {
        if (pages.remove(number) == null) {
            throw new AssertionError("Expected a page to be removed once: " + number);
        }
    }

    @Override
    public void close() {
        pages.clear();
    }

    /** From now on nothing can be read. */
    void lose() {
        lost = true;
    }

    /** Nothing can be read any more when it has taken so many pages. */
    void loseAt(int pages) {
        loseAt = pages;
    }

    int size() {
        return pages.size();
    }

    /** How many pages it did not take. */
    int refused() {
        return refused;
    }

    /** How many pages it took. */
    int taken() {
        return taken;
    }
}
