package io.millrace.server.messages;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where blocks lie that were stored once more at the end of the log. They are in no order there, so
 * each is remembered; {@link Stragglers} sees to it that they are few. Owned by one thread.
 */
final class RelocatedBlocks {

    /**
     * The places of a block.
     *
     * @param before where it can be read until the newest is durable; null if that is its first
     *     place
     */
    private record Places(StoredBlock newest, @Nullable StoredBlock before) {}

    private final Map<Long, TreeMap<Long, Places>> placesByDestination = new HashMap<>();

    void add(StoredBlock block) {
        placesByDestination
                .computeIfAbsent(block.destinationId(), id -> new TreeMap<>())
                .merge(
                        block.firstSequence(),
                        new Places(block, null),
                        (known, added) ->
                                known.newest.offset() < block.offset()
                                        ? new Places(block, known.newest)
                                        : known);
    }

    void addAll(RelocatedBlocks others) {
        others.within(0, Long.MAX_VALUE).forEach(this::add);
    }

    /** Destinations of which blocks were stored again. */
    Set<Long> destinations() {
        return placesByDestination.keySet();
    }

    int count() {
        int count = 0;
        for (TreeMap<Long, Places> each : placesByDestination.values()) {
            count += each.size();
        }
        return count;
    }

    /** Whether the block that begins with a sequence was stored again. */
    boolean holds(long destinationId, long firstSequence) {
        TreeMap<Long, Places> places = placesByDestination.get(destinationId);
        return places != null && places.containsKey(firstSequence);
    }

    /** The block with a sequence, in a place that is durable if there is one; null if unknown. */
    @Nullable StoredBlock find(long destinationId, long sequence, long durableOffset) {
        TreeMap<Long, Places> places = placesByDestination.get(destinationId);
        Map.Entry<Long, Places> floor = places == null ? null : places.floorEntry(sequence);
        if (floor == null || floor.getValue().newest.lastSequence() < sequence) {
            return null;
        }
        StoredBlock before = floor.getValue().before;
        StoredBlock newest = floor.getValue().newest;
        return before != null && newest.offset() >= durableOffset ? before : newest;
    }

    /** Blocks whose newest place is in a stretch of the log, those of a destination in order. */
    List<StoredBlock> within(long from, long to) {
        List<StoredBlock> within = new ArrayList<>();
        for (TreeMap<Long, Places> places : placesByDestination.values()) {
            for (Places each : places.values()) {
                if (from <= each.newest.offset() && each.newest.offset() < to) {
                    within.add(each.newest);
                }
            }
        }
        return within;
    }

    /** Forgets what nobody needs, and returns the others by the offsets of their newest places. */
    NavigableMap<Long, List<StoredBlock>> retain(Needs needs) {
        NavigableMap<Long, List<StoredBlock>> needed = new TreeMap<>();
        placesByDestination
                .values()
                .forEach(places -> places.values().removeIf(each -> !isNeeded(each, needs)));
        placesByDestination.values().removeIf(TreeMap::isEmpty);
        for (StoredBlock each : within(0, Long.MAX_VALUE)) {
            needed.computeIfAbsent(each.offset(), offset -> new ArrayList<>()).add(each);
        }
        return needed;
    }

    private static boolean isNeeded(Places places, Needs needs) {
        StoredBlock block = places.newest;
        return needs.next(block.destinationId(), block.firstSequence()) <= block.lastSequence()
                || needs.lowestRewound(block.destinationId()) <= block.lastSequence();
    }

    void forget(long destinationId) {
        placesByDestination.remove(destinationId);
    }

    /** Forgets what the log gave back. */
    void forgetBefore(long offset) {
        placesByDestination
                .values()
                .forEach(places -> places.values().removeIf(each -> each.newest.offset() < offset));
        placesByDestination.values().removeIf(TreeMap::isEmpty);
    }

    static void write(List<StoredBlock> blocks, WireOutput to) {
        to.writeVarint(blocks.size());
        for (StoredBlock each : blocks) {
            to.writeVarint(each.destinationId()).writeVarint(each.firstSequence());
            to.writeVarint(each.count()).writeVarint(each.sizeBytes()).writeVarint(each.offset());
        }
    }

    void readFrom(WireInput from) {
        for (long left = from.readVarint(); left > 0; left--) {
            add(
                    new StoredBlock(
                            from.readVarint(),
                            from.readVarint(),
                            from.readVarintInt("count"),
                            from.readVarintInt("size"),
                            from.readVarint()));
        }
    }
}
