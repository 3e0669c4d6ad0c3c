package io.millrace.core.partition;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of all destinations that the shell holds in memory, as far as this side knows. They are
 * forgotten in the order in which they came, as the shell forgets them: what was just read stays.
 *
 * <p>Soft state of a partition, owned by its thread.
 */
final class KnownBlocks {

    /** Bytes of messages; beyond it the oldest are read again when needed. */
    private static final long BYTES_LIMIT = 64L << 20;

    /** The same in blocks, for very small ones: each takes some 120 bytes of the heap here. */
    static final int BLOCKS_LIMIT = 131_072;

    private final long mostBytes;
    private final int mostBlocks;
    private final ArrayDeque<Known> oldestFirst = new ArrayDeque<>();
    private long bytes;

    private record Known(OfDestination of, long firstSequence) {}

    /** As many as one partition may know. */
    KnownBlocks() {
        this(1);
    }

    /**
     * As many as one of several partitions may know.
     *
     * @param sharers how many share the limits
     */
    KnownBlocks(int sharers) {
        this.mostBytes = BYTES_LIMIT / sharers;
        this.mostBlocks = BLOCKS_LIMIT / sharers;
    }

    /** Those of one destination. */
    final class OfDestination {
        private final TreeMap<Long, Block> bySequence = new TreeMap<>();

        void add(Block block) {
            if (bySequence.put(block.firstSequence(), block) == null) {
                bytes += block.bytes();
                oldestFirst.add(new Known(this, block.firstSequence()));
                forgetOldest();
            }
        }

        /** The block that holds a sequence, or null if it has to be read first. */
        @Nullable Block find(long sequence) {
            Map.Entry<Long, Block> floor = bySequence.floorEntry(sequence);
            return floor == null || floor.getValue().lastSequence() < sequence
                    ? null
                    : floor.getValue();
        }
    }

    OfDestination ofDestination() {
        return new OfDestination();
    }

    private void forgetOldest() {
        while (oldestFirst.size() > 1 && (bytes > mostBytes || oldestFirst.size() > mostBlocks)) {
            Known oldest = oldestFirst.remove();
            Block forgotten = oldest.of.bySequence.remove(oldest.firstSequence);
            bytes -= forgotten == null ? 0 : forgotten.bytes();
        }
    }
}
