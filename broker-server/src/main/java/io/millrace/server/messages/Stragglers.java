package io.millrace.server.messages;

import io.millrace.core.log.PartitionLog.SealedSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;

/**
 * Finds out what of the oldest segments is still needed, and whether it is so little that storing
 * it once more is worth the room that this gives back.
 *
 * <p>The log gives back from its beginning on only. So what counts is what the oldest segments hold
 * together: a segment that is half full of waiting messages is worth it if there is enough behind
 * it that nobody needs. Owned by the partition's thread; may read an index.
 */
public final class Stragglers {

    /** To give back so many bytes, one may be stored again. */
    private static final int SHARE = 16;

    /** Bytes that are stored again after one checkpoint; one block of messages may be larger. */
    private static final long MAX_BYTES = 1 << 20;

    /** The same in blocks, for very small ones. */
    private static final int MAX_BLOCKS = 4_096;

    /** The youngest sealed segments are left alone: most of what waits there is settled soon. */
    private static final int YOUNG_SEGMENTS = 2;

    /**
     * Relocated blocks are all remembered: with so many it is a backlog, and stays in its place.
     */
    private static final int MAX_KNOWN = 16_384;

    private final BlockIndex index;
    private final Needs needs;

    public Stragglers(MessageStore store, Needs needs) {
        this.index = store.index();
        this.needs = needs;
    }

    /** The segment that begins at this offset is the first with something that somebody needs. */
    public long neededFrom() {
        NavigableMap<Long, List<StoredBlock>> relocated = index.relocated().retain(needs);
        for (SealedSegment segment : index.spansBySegment().keySet()) {
            if (index.isRewound(segment, needs)
                    || !relocated.subMap(segment.from(), segment.to()).isEmpty()
                    || !index.neededIn(segment, needs, 1).isEmpty()) {
                return segment.from();
            }
        }
        return index.sealedUpTo();
    }

    /**
     * What is worth being stored again at the end of the log.
     *
     * @param before only in segments that lie before this offset; others stay anyway
     */
    public List<StoredBlock> worthMoving(long before) {
        NavigableMap<Long, List<StoredBlock>> relocated = index.relocated().retain(needs);
        List<StoredBlock> found = new ArrayList<>();
        if (index.relocated().count() >= MAX_KNOWN) {
            return found;
        }
        List<SealedSegment> segments = List.copyOf(index.spansBySegment().keySet());
        int worth = 0;
        long foundBytes = 0;
        long logBytes = 0;
        for (int each = 0; each < segments.size() - YOUNG_SEGMENTS; each++) {
            SealedSegment segment = segments.get(each);
            if (segment.to() > before || index.isRewound(segment, needs)) {
                break;
            }
            List<StoredBlock> inside = index.neededIn(segment, needs, MAX_BLOCKS + 1);
            relocated.subMap(segment.from(), segment.to()).values().forEach(inside::addAll);
            foundBytes += inside.stream().mapToLong(StoredBlock::sizeBytes).sum();
            logBytes += index.sizeOf(segment);
            found.addAll(inside);
            if (found.size() > 1 && (foundBytes > MAX_BYTES || found.size() > MAX_BLOCKS)) {
                break;
            }
            if (foundBytes <= logBytes / SHARE) {
                worth = found.size();
            }
        }
        return List.copyOf(found.subList(0, worth));
    }
}
