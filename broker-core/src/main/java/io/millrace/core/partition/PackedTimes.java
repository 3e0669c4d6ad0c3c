package io.millrace.core.partition;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/**
 * Sequences by their times, in the order of these, in some five bytes each:
 *
 * <pre>
 *   how many consecutive sequences; 0 for the end     varint
 *   ms since the time before, the first since 1970    varint
 *   first sequence, counted from the last one before  varint, zigzag
 * </pre>
 */
final class PackedTimes {

    private PackedTimes() {}

    /** Packs what comes in the order of times. */
    static final class Writer {

        private final WireOutput to;
        private long millis;
        private long last;
        private int count;

        Writer(WireOutput to) {
            this.to = to;
        }

        void add(long millis, long first, long last) {
            long step = first - this.last;
            to.writeVarint(last - first + 1)
                    .writeVarint(millis - this.millis)
                    .writeVarint(step << 1 ^ step >> 63);
            this.millis = millis;
            this.last = last;
            count++;
        }

        /** How many were added. */
        int count() {
            return count;
        }

        void end() {
            to.writeVarint(0);
        }
    }

    /** Reads them in the order in which they were added. */
    static final class Reader implements TimeRun {

        private final WireInput from;
        private long millis;
        private long first;
        private long last;

        Reader(WireInput from) {
            this.from = from;
        }

        @Override
        public boolean next() {
            long count = from.readVarint();
            if (count == 0) {
                return false;
            }
            millis += from.readVarint();
            long step = from.readVarint();
            first = last + (step >>> 1 ^ -(step & 1));
            last = first + count - 1;
            return true;
        }

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public long first() {
            return first;
        }

        @Override
        public long last() {
            return last;
        }
    }
}
