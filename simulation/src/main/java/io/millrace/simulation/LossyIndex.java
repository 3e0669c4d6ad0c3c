package io.millrace.simulation;

import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;
import java.util.Random;

/** An index that refuses a page now and then, and is lost when somebody wants one back. */
final class LossyIndex implements PageIndex {

    /** A partition's heap holds so many times beside those that are in it. */
    static final int HELD_TIMES = 8;

    private static final int REFUSED_PART = 8;
    private static final int LOST_PART = 40;

    private final PageIndex pages = new HeapIndex();
    private final Coverage coverage;
    private final Random random;
    private boolean lost;

    /** What has to happen in some run. */
    enum Happening {
        PUT("seen page put"),
        REFUSED("seen page refused"),
        GOT("seen page got"),
        LOST("seen index lost");

        private final String text;

        Happening(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    LossyIndex(World world, long seed) {
        this.coverage = world.coverage();
        this.random = new Random(world.scenario().seed() * 31 + seed);
    }

    @Override
    public boolean put(long number, byte[] page) {
        if (lost || random.nextInt(REFUSED_PART) == 0) {
            coverage.happened(Happening.REFUSED.text());
            return false;
        }
        coverage.happened(Happening.PUT.text());
        return pages.put(number, page);
    }

    @Override
    public byte[] get(long number) {
        lost |= random.nextInt(LOST_PART) == 0;
        if (lost) {
            coverage.happened(Happening.LOST.text());
            throw new IndexLost("a planted loss", null);
        }
        coverage.happened(Happening.GOT.text());
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
