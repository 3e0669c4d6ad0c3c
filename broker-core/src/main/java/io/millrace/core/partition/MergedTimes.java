package io.millrace.core.partition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What is held and what is far, in the order of times. A page is read when its first time comes,
 * and once: of pages that overlap, all are in memory, and no others. Keeps in mind of which pages
 * nothing was needed.
 */
final class MergedTimes implements TimeRun {

    private final FarTimes far;
    private final Iterator<FarTimes.Page> pages;
    private FarTimes.@Nullable Page nextPage;

    /** Each at its next time. */
    private final PriorityQueue<Source> sources =
            new PriorityQueue<>(Comparator.comparingLong(each -> each.run.millis()));

    private @Nullable Source current;
    private final List<FarTimes.Page> unneeded = new ArrayList<>();

    /** The buckets, or a page. */
    private static final class Source {

        private final TimeRun run;
        private final FarTimes.@Nullable Page page;
        private boolean needed;

        Source(TimeRun run, FarTimes.@Nullable Page page) {
            this.run = run;
            this.page = page;
        }
    }

    MergedTimes(TimeRun held, FarTimes far) {
        this.far = far;
        this.pages = far.inOrder().iterator();
        this.nextPage = pages.hasNext() ? pages.next() : null;
        goOn(new Source(held, null));
    }

    private void goOn(Source source) {
        if (source.run.next()) {
            sources.add(source);
        } else if (source.page != null && !source.needed) {
            unneeded.add(source.page);
        }
    }

    /** Somebody needs the sequences that it is at. */
    void markNeeded() {
        if (current != null) {
            current.needed = true;
        }
    }

    /** The pages of which nothing was needed, at the end of all. */
    List<FarTimes.Page> unneeded() {
        return unneeded;
    }

    @Override
    public boolean next() {
        if (current != null) {
            goOn(current);
        }
        for (FarTimes.Page page = nextPage;
                page != null
                        && (sources.isEmpty() || page.millis() <= sources.element().run.millis());
                page = nextPage) {
            nextPage = pages.hasNext() ? pages.next() : null;
            goOn(new Source(far.read(page), page));
        }
        current = sources.poll();
        return current != null;
    }

    private TimeRun current() {
        Source source = current;
        if (source == null) {
            throw new IllegalStateException("Expected next() before its times are asked for");
        }
        return source.run;
    }

    @Override
    public long millis() {
        return current().millis();
    }

    @Override
    public long first() {
        return current().first();
    }

    @Override
    public long last() {
        return current().last();
    }
}
