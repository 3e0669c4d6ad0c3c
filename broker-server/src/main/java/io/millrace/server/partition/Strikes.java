package io.millrace.server.partition;

import io.millrace.core.index.IndexLost;

/** Where a partition failed last: what fails twice at the same place would fail for ever. */
final class Strikes {

    private long offset = -1;

    /** Since then it has one in memory, and if that is lost, it is a bug. */
    private boolean indexLost;

    /** Where it failed last; -1 if nowhere. */
    long offset() {
        return offset;
    }

    /**
     * Whether it failed at this offset before. Once, an index may be lost: the log is not to blame.
     */
    boolean isSecond(RuntimeException failure, long at) {
        if (failure instanceof IndexLost && !indexLost) {
            indexLost = true;
            return false;
        }
        boolean second = at == offset;
        offset = at;
        return second;
    }
}
