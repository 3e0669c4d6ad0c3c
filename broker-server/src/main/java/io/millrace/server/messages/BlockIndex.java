package io.millrace.server.messages;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.log.PartitionLog.SealedSegment;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.core.partition.Relocated;
import io.millrace.storage.ahead.OrderedTasks;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where in the log the messages lie, by destination and sequence.
 *
 * <p>Blocks of the open segment are indexed in memory; those of a sealed one are in its footer,
 * which is loaded when first needed and rebuilt by scanning the segment if it is lost. Memory
 * follows the tail, not the backlog. A destination's blocks lie in the order of their sequences,
 * without a gap from the first that the log still has: that is its history, in which a rewind
 * looks. What was relocated stands aside, in no order and with gaps, for those who need just that
 * message. Owned by the partition's thread.
 */
public final class BlockIndex {

    /** How many directories of sealed segments are kept in memory. */
    private static final int DIRECTORIES_KEPT = 16;

    /** So much is read at once when a segment is scanned, in bytes. */
    private static final int SCAN_BYTES = 256 * 1024;

    private static final int FOOTER_BYTES = 64 * 1024;

    /** Fewer are read sooner than a thread is started. */
    private static final int SEGMENTS_WORTH_A_THREAD = 4;

    private final PartitionLog log;
    private final RelocatedBlocks relocated = new RelocatedBlocks();
    private BlockDirectory open = new BlockDirectory();
    private long sealedUpTo;
    private final Map<SealedSegment, Map<Long, BlockDirectory.Span>> spansBySegment =
            new LinkedHashMap<>();
    private final Map<SealedSegment, BlockDirectory> loadedDirectories =
            new LinkedHashMap<>(DIRECTORIES_KEPT, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<SealedSegment, BlockDirectory> eldest) {
                    return size() > DIRECTORIES_KEPT;
                }
            };

    /** What is always known of a sealed segment. */
    private record Outline(Map<Long, BlockDirectory.Span> spans, RelocatedBlocks relocated) {}

    BlockIndex(PartitionLog log, int threads) {
        this.log = log;
        List<SealedSegment> segments = log.sealedSegments();
        if (!segments.isEmpty()) {
            outlineAll(segments, threads);
        }
    }

    private void outlineAll(List<SealedSegment> segments, int threads) {
        List<Supplier<Outline>> tasks = new ArrayList<>(segments.size());
        for (SealedSegment segment : segments) {
            tasks.add(() -> outline(segment));
        }
        int useful = Math.max(1, segments.size() / SEGMENTS_WORTH_A_THREAD);
        try (OrderedTasks<Outline> outlines =
                new OrderedTasks<>(
                        "millrace-recovery", Math.min(threads, useful), tasks.iterator())) {
            for (SealedSegment segment : segments) {
                Outline outline = outlines.next();
                spansBySegment.put(segment, outline.spans());
                relocated.addAll(outline.relocated());
                sealedUpTo = Math.max(sealedUpTo, segment.to());
            }
        }
    }

    private Outline outline(SealedSegment segment) {
        BlockDirectory directory = loadDirectory(segment);
        return new Outline(directory.spans(), directory.relocated());
    }

    /** Takes note of an event in the log, now or on replay. */
    public void logged(Event event, long offset) {
        if (event instanceof PartitionEvent.DestinationDeleted deleted) {
            open.forget(deleted.destinationId());
            relocated.forget(deleted.destinationId());
        } else if (offset >= sealedUpTo) {
            note(event, offset, open, relocated);
        }
    }

    /**
     * A segment takes no more entries: what lies in it moves from memory to the footer that is
     * returned.
     */
    public byte[] seal(SealedSegment segment) {
        BlockDirectory sealed = open.splitBefore(segment.to());
        sealedUpTo = segment.to();
        spansBySegment.put(segment, sealed.spans());
        loadedDirectories.put(segment, sealed);
        WireOutput footer = new WireOutput(FOOTER_BYTES);
        sealed.writeTo(footer, relocated.within(segment.from(), segment.to()));
        return footer.toByteArray();
    }

    /** Writes what {@link #restore} needs: the index of the open segment. */
    public void snapshot(WireOutput to) {
        open.writeTo(to, relocated.within(sealedUpTo, Long.MAX_VALUE));
    }

    /** Takes over the index of what was the open segment at a checkpoint. */
    public void restore(WireInput from) {
        BlockDirectory stored = BlockDirectory.read(from);
        stored.splitBefore(sealedUpTo);
        open = stored;
        relocated.addAll(stored.relocated());
    }

    /**
     * The offset of the entry that holds a sequence, or the next one that there is; the end of the
     * log if there is none.
     */
    public long offsetOf(long destinationId, long sequence) {
        Location location = locateFrom(destinationId, sequence);
        return location == null ? log.endOffset() : location.blocks.offset(location.index);
    }

    /**
     * The sequence itself if a message of the log has it, else the next that one has; {@link
     * MessageStore#NO_SEQUENCE} if none has.
     */
    public long nextStored(long destinationId, long sequence) {
        Location location = locateFrom(destinationId, sequence);
        return location == null
                ? MessageStore.NO_SEQUENCE
                : Math.max(sequence, location.blocks.firstSequence(location.index));
    }

    /**
     * The first sequence of what was stored at a time or later; {@link MessageStore#NO_SEQUENCE} if
     * there is none. Looks at some thirty entries, whatever the log's length.
     */
    public long firstSince(long destinationId, long millis, AppendTimes times) {
        List<SealedSegment> segments = new ArrayList<>();
        spansBySegment.forEach(
                (segment, spans) -> {
                    if (spans.containsKey(destinationId)) {
                        segments.add(segment);
                    }
                });
        int segment =
                BlockList.firstIndex(
                        0,
                        segments.size(),
                        index ->
                                times.of(lastOffset(segments.get(index), destinationId)) >= millis);
        BlockList blocks =
                segment < segments.size()
                        ? directory(segments.get(segment)).blocks(destinationId)
                        : open.blocks(destinationId);
        if (blocks == null) {
            return MessageStore.NO_SEQUENCE;
        }
        int block =
                BlockList.firstIndex(
                        blocks.begin(),
                        blocks.end(),
                        index -> times.of(blocks.offset(index)) >= millis);
        return block == blocks.end() ? MessageStore.NO_SEQUENCE : blocks.firstSequence(block);
    }

    private long lastOffset(SealedSegment segment, long destinationId) {
        Map<Long, BlockDirectory.Span> spans = spansBySegment.getOrDefault(segment, Map.of());
        BlockDirectory.Span span = spans.get(destinationId);
        return span == null ? log.startOffset() : span.lastOffset();
    }

    /** How many messages of a destination were stored behind one; many if it lies far back. */
    public long behind(long destinationId, long sequence) {
        BlockList recent = open.blocks(destinationId);
        return recent == null || recent.isEmpty()
                ? Long.MAX_VALUE
                : recent.lastSequence() - sequence;
    }

    /** Bytes of each destination's messages in the log. */
    Map<Long, Long> bytesByDestination() {
        Map<Long, Long> sums = new HashMap<>();
        spansBySegment
                .values()
                .forEach(
                        spans ->
                                spans.forEach(
                                        (id, span) -> sums.merge(id, span.sizeBytes(), Long::sum)));
        open.addBytesTo(sums);
        return sums;
    }

    /** Destinations with messages in the log, wherever they lie. */
    Set<Long> destinations() {
        Set<Long> destinations = new HashSet<>(bytesByDestination().keySet());
        destinations.addAll(relocated.destinations());
        return destinations;
    }

    /** What lies in the sealed segments, oldest first. */
    Map<SealedSegment, Map<Long, BlockDirectory.Span>> spansBySegment() {
        return spansBySegment;
    }

    /**
     * The sequences of a destination, both ends included, that {@link #find} does not find, or in
     * an entry that does not hold them any more.
     *
     * @param lost tells of the offset of an entry whether its messages are not in it any more
     */
    public SequenceRanges missing(long destinationId, long first, long last, LongPredicate lost) {
        RangeSet missing = new RangeSet();
        if (first <= last) {
            missing.add(first, last);
        }
        for (StoredBlock each : relocated.within(0, Long.MAX_VALUE)) {
            if (each.destinationId() == destinationId && !lost.test(each.offset())) {
                missing.remove(each.firstSequence(), each.lastSequence());
            }
        }
        lookInPlace(missing, open.blocks(destinationId), first, last, lost);
        for (Map.Entry<SealedSegment, Map<Long, BlockDirectory.Span>> entry :
                spansBySegment.entrySet()) {
            BlockDirectory.Span span = entry.getValue().get(destinationId);
            if (span != null && span.first() <= last && span.last() >= first) {
                BlockList blocks = directory(entry.getKey()).blocks(destinationId);
                lookInPlace(missing, blocks, first, last, lost);
            }
        }
        return missing.toRanges();
    }

    /** What is in its old place is looked for there alone, even if it was relocated. */
    private static void lookInPlace(
            RangeSet missing,
            @Nullable BlockList blocks,
            long first,
            long last,
            LongPredicate lost) {
        for (int index = blocks == null ? 0 : blocks.begin();
                blocks != null && index < blocks.end();
                index++) {
            long from = Math.max(first, blocks.firstSequence(index));
            long to = Math.min(last, blocks.firstSequence(index) + blocks.count(index) - 1);
            if (from <= to && lost.test(blocks.offset(index))) {
                missing.add(from, to);
            } else if (from <= to) {
                missing.remove(from, to);
            }
        }
    }

    /** Drops what is known of segments that the log gave back. */
    public void forgetFreedSegments() {
        List<SealedSegment> left = log.sealedSegments();
        spansBySegment.keySet().retainAll(left);
        loadedDirectories.keySet().retainAll(left);
        relocated.forgetBefore(log.startOffset());
    }

    private record Location(BlockList blocks, int index) {}

    /** Where a sequence is, or the next that is anywhere; null if there is none. */
    private @Nullable Location locateFrom(long destinationId, long sequence) {
        for (Map.Entry<SealedSegment, Map<Long, BlockDirectory.Span>> entry :
                spansBySegment.entrySet()) {
            BlockDirectory.Span span = entry.getValue().get(destinationId);
            BlockList blocks =
                    span == null || span.last() < sequence
                            ? null
                            : directory(entry.getKey()).blocks(destinationId);
            if (blocks != null && blocks.findFrom(sequence) < blocks.end()) {
                return new Location(blocks, blocks.findFrom(sequence));
            }
        }
        BlockList recent = open.blocks(destinationId);
        int index = recent == null ? -1 : recent.findFrom(sequence);
        return recent == null || index == recent.end() ? null : new Location(recent, index);
    }

    /** The block that holds a sequence, in its old place while that is there; null if none does. */
    @Nullable StoredBlock find(long destinationId, long sequence) {
        BlockList recent = open.blocks(destinationId);
        int index = recent == null ? -1 : recent.find(sequence);
        if (recent != null && index >= 0) {
            return recent.block(destinationId, index);
        }
        for (Map.Entry<SealedSegment, Map<Long, BlockDirectory.Span>> entry :
                spansBySegment.entrySet()) {
            BlockDirectory.Span span = entry.getValue().get(destinationId);
            if (span != null && span.first() <= sequence && sequence <= span.last()) {
                BlockList blocks = directory(entry.getKey()).blocks(destinationId);
                int at = blocks == null ? -1 : blocks.find(sequence);
                if (blocks != null && at >= 0) {
                    return blocks.block(destinationId, at);
                }
            }
        }
        return relocated.find(destinationId, sequence, log.durableOffset());
    }

    // ---- what is needed ----

    RelocatedBlocks relocated() {
        return relocated;
    }

    /** The open segment begins here. */
    long sealedUpTo() {
        return sealedUpTo;
    }

    /**
     * The room that a segment takes, in bytes. Offsets count them where they lie on a disk, and
     * entries in memory.
     */
    long sizeOf(SealedSegment segment) {
        return Math.max(
                segment.to() - segment.from(),
                spansBySegment.getOrDefault(segment, Map.of()).values().stream()
                        .mapToLong(BlockDirectory.Span::sizeBytes)
                        .sum());
    }

    /** Whether a rewind will look at a segment. */
    boolean isRewound(SealedSegment segment, Needs needs) {
        return spansBySegment.getOrDefault(segment, Map.of()).entrySet().stream()
                .anyMatch(each -> needs.lowestRewound(each.getKey()) <= each.getValue().last());
    }

    /** Blocks in a sealed segment that are needed and were not stored again; at most so many. */
    List<StoredBlock> neededIn(SealedSegment segment, Needs needs, int atMost) {
        List<StoredBlock> needed = new ArrayList<>();
        spansBySegment
                .getOrDefault(segment, Map.of())
                .forEach((id, span) -> addNeeded(segment, id, span, needs, atMost, needed));
        return needed;
    }

    private void addNeeded(
            SealedSegment segment,
            long destinationId,
            BlockDirectory.Span span,
            Needs needs,
            int atMost,
            List<StoredBlock> needed) {
        long next = needs.next(destinationId, span.first());
        while (next <= span.last() && needed.size() < atMost) {
            BlockList blocks = directory(segment).blocks(destinationId);
            int index = blocks == null ? 0 : blocks.findFrom(next);
            if (blocks == null || index == blocks.end()) {
                break;
            }
            StoredBlock block = blocks.block(destinationId, index);
            if (block.firstSequence() > next) {
                // There are no sequences that a crash leapt over.
                next = needs.next(destinationId, block.firstSequence());
                continue;
            }
            if (!relocated.holds(destinationId, block.firstSequence())) {
                needed.add(block);
            }
            next = needs.next(destinationId, block.lastSequence() + 1);
        }
    }

    // ---- directories ----

    private BlockDirectory directory(SealedSegment segment) {
        BlockDirectory loaded = loadedDirectories.get(segment);
        if (loaded == null) {
            loaded = loadDirectory(segment);
            loadedDirectories.put(segment, loaded);
        }
        return loaded;
    }

    private BlockDirectory loadDirectory(SealedSegment segment) {
        byte[] footer = log.footer(segment);
        if (footer != null && footer.length > 0) {
            try {
                return BlockDirectory.read(new WireInput(footer));
            } catch (WireFormatException damaged) {
                // A lost footer costs a scan of its segment, nothing else.
                return scan(segment);
            }
        }
        return scan(segment);
    }

    private BlockDirectory scan(SealedSegment segment) {
        BlockDirectory scanned = new BlockDirectory();
        long at = segment.from();
        while (at < segment.to()) {
            List<LogEntry> entries = log.read(at, SCAN_BYTES);
            if (entries.isEmpty()) {
                break;
            }
            for (LogEntry entry : entries) {
                at = entry.nextOffset();
                if (entry.offset() < segment.to()) {
                    noteAll(entry, scanned);
                }
            }
        }
        return scanned;
    }

    private static void noteAll(LogEntry entry, BlockDirectory into) {
        EventCodec.decode(
                entry.body(), event -> note(event, entry.offset(), into, into.relocated()));
    }

    private static void note(
            Event event, long offset, BlockDirectory into, RelocatedBlocks relocated) {
        Enqueued block = messagesOf(event);
        if (block != null) {
            long id = block.destinationId();
            long first = block.firstSequence();
            int count = block.batch().count();
            int sizeBytes = block.batch().length();
            if (event instanceof Relocated) {
                relocated.add(new StoredBlock(id, first, count, sizeBytes, offset));
            } else {
                into.add(id, first, count, sizeBytes, offset);
            }
        }
    }

    /** The messages that stand in an event, for the first time or again; null if none do. */
    static @Nullable Enqueued messagesOf(Event event) {
        if (event instanceof Relocated again) {
            return again.messages();
        }
        return event instanceof Enqueued stored ? stored : null;
    }
}
