package io.millrace.server.messages;

import io.millrace.core.partition.PartitionEvent.Enqueued;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Recently stored or read blocks of messages, the oldest going first once a limit of bytes of the
 * heap is reached. What is not durable yet does not go, for the log cannot be asked for it: it
 * comes on top of the limit, and the log bounds it.
 *
 * <p>What nobody needs any more goes long before that: else every message, also one that was
 * settled at once, would live long enough to be copied by the collector, whose pauses grow with it.
 * A block is looked at when some megabytes were stored behind it, and again when some more were.
 *
 * <p>What was read has a small part of it: it is wanted once and at once, and should neither push
 * out what is new nor grow old on the heap.
 *
 * <p>Owned by the partition's thread.
 */
final class MessageCache {

    /**
     * What a block takes of the heap beside its bytes: its objects, and its places in the maps and
     * queues here.
     */
    static final int OVERHEAD_BYTES = 320;

    /** What was read may take this part of the limit, but some megabytes if that is half of it. */
    private static final int READ_PART = 8;

    private static final long LITTLE_READ_BYTES = 4L << 20;

    /** So much is new: consumers who keep up have not settled it yet. At most a 16th of all. */
    private static final long NEW_BYTES = 4L << 20;

    /** So much behind it is recent: worth a second look. At most a quarter of all. */
    private static final long RECENT_BYTES = 32L << 20;

    private record Key(
            long destinationId,
            long firstSequence,
            long lastSequence,
            long offset,
            long costBytes) {}

    /** Blocks of about one age that the log can be asked for, the oldest first. */
    private static final class Age {
        private final ArrayDeque<Key> keys = new ArrayDeque<>();
        private final long limitBytes;
        private long bytes;

        /**
         * @param limitBytes what is beyond it is older
         */
        Age(long limitBytes) {
            this.limitBytes = limitBytes;
        }

        void add(Key key) {
            keys.add(key);
            bytes += key.costBytes();
        }

        Key remove() {
            Key oldest = keys.remove();
            bytes -= oldest.costBytes();
            return oldest;
        }
    }

    private final long limitBytes;
    private final long readLimitBytes;
    private final Map<Long, TreeMap<Long, Enqueued>> blocksByDestination = new HashMap<>();

    /** What the log can be asked for, the youngest first. */
    private final List<Age> ages;

    /** What is not durable yet, or was not when somebody looked, in the order of the log. */
    private final ArrayDeque<Key> fresh = new ArrayDeque<>();

    /** What was read from the log, in that order. */
    private final ArrayDeque<Key> read = new ArrayDeque<>();

    private final LongSupplier durableOffset;
    private long usedBytes;
    private long readBytes;

    /**
     * @param durableOffset everything before it can be read from the log
     */
    MessageCache(long limitBytes, LongSupplier durableOffset) {
        this.limitBytes = limitBytes;
        this.readLimitBytes =
                Math.max(limitBytes / READ_PART, Math.min(limitBytes / 2, LITTLE_READ_BYTES));
        this.durableOffset = durableOffset;
        this.ages =
                List.of(
                        new Age(Math.min(NEW_BYTES, limitBytes / 16)),
                        new Age(Math.min(RECENT_BYTES, limitBytes / 4)),
                        new Age(Long.MAX_VALUE));
    }

    /**
     * Keeps a block that was stored; of those that are not durable, in the order of the log.
     *
     * @param offset of the entry that holds it
     * @param needs is asked about older ones
     */
    void putStored(Enqueued block, long offset, Needs needs) {
        if (add(block)) {
            Key key = key(block, offset);
            long durable = durableOffset.getAsLong();
            if (offset < durable) {
                ages.get(0).add(key);
            } else {
                fresh.add(key);
            }
            letGo(durable, needs);
            makeRoom(durable);
        }
    }

    private static Key key(Enqueued block, long offset) {
        return new Key(
                block.destinationId(),
                block.firstSequence(),
                block.firstSequence() + block.batch().count() - 1,
                offset,
                cost(block));
    }

    /** What has left an age grows older if somebody needs it, and goes if nobody does. */
    private void letGo(long durable, Needs needs) {
        takeDurable(durable);
        for (int i = 0; i + 1 < ages.size(); i++) {
            Age age = ages.get(i);
            while (age.bytes > age.limitBytes) {
                Key oldest = age.remove();
                if (needs.next(oldest.destinationId(), oldest.firstSequence())
                        <= oldest.lastSequence()) {
                    ages.get(i + 1).add(oldest);
                } else {
                    evict(oldest);
                }
            }
        }
    }

    private void takeDurable(long durable) {
        while (!fresh.isEmpty() && fresh.element().offset() < durable) {
            ages.get(0).add(fresh.remove());
        }
    }

    /** Keeps a block that was read from the log, for whoever asked for it. */
    void putRead(Enqueued block) {
        if (add(block)) {
            readBytes += cost(block);
            read.add(key(block, 0));
            // The last one stays, however large it is: somebody wants it just now.
            while (readBytes > readLimitBytes && read.size() > 1) {
                readBytes -= evict(read.remove());
            }
            makeRoom(durableOffset.getAsLong());
        }
    }

    private boolean add(Enqueued block) {
        boolean isNew =
                blocksByDestination
                                .computeIfAbsent(block.destinationId(), id -> new TreeMap<>())
                                .putIfAbsent(block.firstSequence(), block)
                        == null;
        usedBytes += isNew ? cost(block) : 0;
        return isNew;
    }

    private static long cost(Enqueued block) {
        return block.batch().length() + OVERHEAD_BYTES;
    }

    /** The last one stays, as above. */
    private void makeRoom(long durable) {
        if (usedBytes <= limitBytes) {
            return;
        }
        takeDurable(durable);
        int left = 0;
        for (Age age : ages) {
            left += age.keys.size();
        }
        for (int i = ages.size() - 1; i >= 0; i--) {
            Age age = ages.get(i);
            while (usedBytes > limitBytes && left > 1 && !age.keys.isEmpty()) {
                evict(age.remove());
                left--;
            }
        }
    }

    /** The block that holds a sequence, or null if it is not here. */
    @Nullable Enqueued find(long destinationId, long sequence) {
        TreeMap<Long, Enqueued> blocks = blocksByDestination.get(destinationId);
        Map.Entry<Long, Enqueued> floor = blocks == null ? null : blocks.floorEntry(sequence);
        if (floor == null) {
            return null;
        }
        Enqueued block = floor.getValue();
        return sequence < block.firstSequence() + block.batch().count() ? block : null;
    }

    /** Returns how many bytes that gave back. */
    private long evict(Key key) {
        TreeMap<Long, Enqueued> blocks = blocksByDestination.get(key.destinationId());
        Enqueued block = blocks == null ? null : blocks.remove(key.firstSequence());
        if (blocks != null && blocks.isEmpty()) {
            blocksByDestination.remove(key.destinationId());
        }
        long cost = block == null ? 0 : cost(block);
        usedBytes -= cost;
        return cost;
    }
}
