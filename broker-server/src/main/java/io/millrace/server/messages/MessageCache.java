package io.millrace.server.messages;

import io.millrace.core.partition.PartitionEvent.Enqueued;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Recently stored or read blocks of messages, the oldest going first once a limit of bytes is
 * reached.
 *
 * <p>Owned by the partition's thread.
 */
final class MessageCache {

    private record Key(long destinationId, long firstSequence) {}

    private final long limitBytes;
    private final Map<Long, TreeMap<Long, Enqueued>> blocksByDestination = new HashMap<>();
    private final ArrayDeque<Key> oldestFirst = new ArrayDeque<>();
    private long usedBytes;

    MessageCache(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    void put(Enqueued block) {
        TreeMap<Long, Enqueued> blocks =
                blocksByDestination.computeIfAbsent(block.destinationId(), id -> new TreeMap<>());
        if (blocks.put(block.firstSequence(), block) != null) {
            return;
        }
        usedBytes += block.batch().length();
        oldestFirst.add(new Key(block.destinationId(), block.firstSequence()));
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
            usedBytes -= block.batch().length();
        }
        if (blocks != null && blocks.isEmpty()) {
            blocksByDestination.remove(key.destinationId());
        }
    }
}
