package io.millrace.server.messages;

import io.millrace.core.partition.PartitionEvent.Enqueued;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Recently stored or read blocks of messages, the oldest going first once a limit of bytes of the
 * heap is reached. What is not durable yet does not go, for the log cannot be asked for it: it
 * comes on top of the limit, and the log bounds it.
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

    private record Key(long destinationId, long firstSequence, long offset) {}

    private final long limitBytes;
    private final long readLimitBytes;
    private final Map<Long, TreeMap<Long, Enqueued>> blocksByDestination = new HashMap<>();

    /** What the log can be asked for. */
    private final ArrayDeque<Key> oldestFirst = new ArrayDeque<>();

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
    }

    /**
     * Keeps a block that was stored; of those that are not durable, in the order of the log.
     *
     * @param offset of the entry that holds it
     */
    void putStored(Enqueued block, long offset) {
        if (add(block)) {
            Key key = new Key(block.destinationId(), block.firstSequence(), offset);
            long durable = durableOffset.getAsLong();
            (offset < durable ? oldestFirst : fresh).add(key);
            if (usedBytes > limitBytes) {
                makeRoom(durable);
            }
        }
    }

    /** Keeps a block that was read from the log, for whoever asked for it. */
    void putRead(Enqueued block) {
        if (add(block)) {
            readBytes += cost(block);
            read.add(new Key(block.destinationId(), block.firstSequence(), 0));
            // The last one stays, however large it is: somebody wants it just now.
            while (readBytes > readLimitBytes && read.size() > 1) {
                readBytes -= evict(read.remove());
            }
            if (usedBytes > limitBytes) {
                makeRoom(durableOffset.getAsLong());
            }
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

    private void makeRoom(long durable) {
        while (!fresh.isEmpty() && fresh.element().offset() < durable) {
            oldestFirst.add(fresh.remove());
        }
        while (usedBytes > limitBytes && oldestFirst.size() > 1) {
            evict(oldestFirst.remove());
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
