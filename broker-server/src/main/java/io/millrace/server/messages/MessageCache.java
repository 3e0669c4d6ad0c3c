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
 * <p>Owned by the partition's thread.
 */
final class MessageCache {

    /**
     * What a block takes of the heap beside its bytes: its objects, and its places in the maps and
     * queues here.
     */
    static final int OVERHEAD_BYTES = 320;

    private record Key(long destinationId, long firstSequence, long offset) {}

    private final long limitBytes;
    private final Map<Long, TreeMap<Long, Enqueued>> blocksByDestination = new HashMap<>();

    /** What the log can be asked for. */
    private final ArrayDeque<Key> oldestFirst = new ArrayDeque<>();

    /** What is not durable yet, or was not when somebody looked, in the order of the log. */
    private final ArrayDeque<Key> fresh = new ArrayDeque<>();

    private final LongSupplier durableOffset;
    private long usedBytes;

    /**
     * @param durableOffset everything before it can be read from the log
     */
    MessageCache(long limitBytes, LongSupplier durableOffset) {
        this.limitBytes = limitBytes;
        this.durableOffset = durableOffset;
    }

    /**
     * Keeps a block; of those that are not durable, in the order of the log.
     *
     * @param offset of the entry that holds it
     */
    void put(Enqueued block, long offset) {
        TreeMap<Long, Enqueued> blocks =
                blocksByDestination.computeIfAbsent(block.destinationId(), id -> new TreeMap<>());
        if (blocks.put(block.firstSequence(), block) != null) {
            return;
        }
        usedBytes += cost(block);
        Key key = new Key(block.destinationId(), block.firstSequence(), offset);
        long durable = durableOffset.getAsLong();
        (offset < durable ? oldestFirst : fresh).add(key);
        if (usedBytes > limitBytes) {
            makeRoom(durable);
        }
    }

    private static long cost(Enqueued block) {
        return block.batch().length() + OVERHEAD_BYTES;
    }

    private void makeRoom(long durable) {
        while (!fresh.isEmpty() && fresh.element().offset() < durable) {
            oldestFirst.add(fresh.remove());
        }
        // The last one stays, however large it is: it may be what somebody reads just now.
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

    private void evict(Key key) {
        TreeMap<Long, Enqueued> blocks = blocksByDestination.get(key.destinationId());
        Enqueued block = blocks == null ? null : blocks.remove(key.firstSequence());
        if (block != null) {
            usedBytes -= cost(block);
        }
        if (blocks != null && blocks.isEmpty()) {
            blocksByDestination.remove(key.destinationId());
        }
    }
}
