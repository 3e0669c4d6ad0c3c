package io.millrace.storage.index;

import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.PageIndex;
import java.util.function.Supplier;

/** An index that is not there before its first page. Owned as the one that it stands for. */
final class LateIndex implements PageIndex {

    private final Supplier<PageIndex> opening;

    /** Has nothing, until there is a page. */
    private PageIndex index = new HeapIndex();

    private boolean opened;

    LateIndex(Supplier<PageIndex> opening) {
        this.opening = opening;
    }

    @Override
    public boolean put(long number, byte[] page) {
        if (!opened) {
            index = opening.get();
            opened = true;
        }
        return index.put(number, page);
    }

    @Override
    public byte[] get(long number) {
        return index.get(number);
    }

    @Override
    public void remove(long number) {
        index.remove(number);
    }

    @Override
    public void close() {
        // What is closed takes no page: none that came later would be removed.
        opened = true;
        index.close();
    }
}
