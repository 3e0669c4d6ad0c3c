package io.millrace.storage.heap;

import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.PageIndex;
import io.millrace.storage.PageIndexContract;

final class HeapIndexTest extends PageIndexContract {

    @Override
    protected PageIndex open() {
        return new HeapIndex();
    }
}
