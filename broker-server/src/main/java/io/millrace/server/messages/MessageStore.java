package io.millrace.server.messages;

import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.log.PartitionLog.SealedSegment;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bytes of messages by destination and sequence.
 *
 * <p>Blocks of the open segment are indexed in memory; those of a sealed one are in its footer,
 * which is loaded when first needed and rebuilt by scanning the segment if it is lost. Memory
 * follows the tail, not the backlog. Owned by the partition's thread, except {@link #load}.
 */
public final class MessageStore {

    /** Stands for no sequence. */
    public static final long NO_SEQUENCE = Long.MAX_VALUE;

    /** Most blocks that one read brings: fewer than are remembered at a time. */
    private static final int READ_BLOCKS = 4_096;

    /** How many directories of sealed segments are kept in memory. */
    private static final int DIRECTORIES_KEPT = 16;

    /** Entries that lie closer than this are read in one go, in bytes. */
    private static final int READ_AHEAD_BYTES = 256 * 1024;

    private static final int FOOTER_BYTES = 64 * 1024;

    private final PartitionLog log;
    private final MessageCache cache;
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

    public MessageStore(PartitionLog log, long cacheBytes) {
        this.log = log;
        this.cache = new MessageCache(cacheBytes, log::durableOffset);
        for (SealedSegment segment : log.sealedSegments()) {
            BlockDirectory directory = loadDirectory(segment);
            spansBySegment.put(segment, directory.spans());
            sealedUpTo = Math.max(sealedUpTo, segment.to());
        }
    }

    /** Takes note of an event in the log, now or on replay. */
    public void logged(Event event, long offset) {
        if (event instanceof PartitionEvent.DestinationDeleted) {
            open.forget(((PartitionEvent.DestinationDeleted) event).destinationId());
        }
        if (!(event instanceof Enqueued) || offset < sealedUpTo) {
            return;
        }
        Enqueued block = (Enqueued) event;
        open.add(
                block.destinationId(),
                block.firstSequence(),
                block.batch().count(),
                block.batch().length(),
                offset);
    }

    /**
     * Keeps messages in memory for the consumers at the tail.
     *
     * @param offset of their entry: until that is durable they are found here alone
     */
    public void keep(Enqueued block, long offset) {
        cache.put(block, offset);
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
        sealed.writeTo(footer);
        return footer.toByteArray();
    }

    /** Writes what {@link #restore} needs: the index of the open segment. */
    public void snapshot(WireOutput to) {
        open.writeTo(to);
    }

    /** Takes over the index of what was the open segment at a checkpoint. */
    public void restore(WireInput from) {
        BlockDirectory stored = BlockDirectory.read(from);
        stored.splitBefore(sealedUpTo);
        open = stored;
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
     * #NO_SEQUENCE} if none has.
     */
    public long nextStored(long destinationId, long sequence) {
        Location location = locateFrom(destinationId, sequence);
        return location == null
                ? NO_SEQUENCE
                : Math.max(sequence, location.blocks.firstSequence(location.index));
    }

    /**
     * The first sequence of what was stored at a time or later; {@link #NO_SEQUENCE} if there is
     * none. Looks at some thirty entries, whatever the log's length.
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
            return NO_SEQUENCE;
        }
        int block =
                BlockList.firstIndex(
                        blocks.begin(),
                        blocks.end(),
                        index -> times.of(blocks.offset(index)) >= millis);
        return block == blocks.end() ? NO_SEQUENCE : blocks.firstSequence(block);
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

    /** What lies in the sealed segments, oldest first. */
    Map<SealedSegment, Map<Long, BlockDirectory.Span>> spansBySegment() {
        return spansBySegment;
    }

    /**
     * The sequences of a destination, both ends included, that no entry holds.
     *
     * @param lost tells of the offset of an entry whether its messages are not in it any more
     */
    public SequenceRanges missing(long destinationId, long first, long last, LongPredicate lost) {
        RangeSet missing = new RangeSet();
        if (first <= last) {
            missing.add(first, last);
        }
        remove(missing, open.blocks(destinationId), lost);
        for (Map.Entry<SealedSegment, Map<Long, BlockDirectory.Span>> entry :
                spansBySegment.entrySet()) {
            BlockDirectory.Span span = entry.getValue().get(destinationId);
            if (span != null && span.first() <= last && span.last() >= first) {
                remove(missing, directory(entry.getKey()).blocks(destinationId), lost);
            }
        }
        return missing.toRanges();
    }

    private static void remove(RangeSet sequences, @Nullable BlockList blocks, LongPredicate lost) {
        for (int index = blocks == null ? 0 : blocks.begin();
                blocks != null && index < blocks.end();
                index++) {
            if (!lost.test(blocks.offset(index))) {
                long first = blocks.firstSequence(index);
                sequences.remove(first, first + blocks.count(index) - 1);
            }
        }
    }

    /** Drops what is known of segments that the log gave back. */
    public void forgetFreedSegments() {
        List<SealedSegment> left = log.sealedSegments();
        spansBySegment.keySet().retainAll(left);
        loadedDirectories.keySet().retainAll(left);
    }

    /** The block that holds a sequence, if it is in memory. */
    public @Nullable Enqueued findKept(long destinationId, long sequence) {
        return cache.find(destinationId, sequence);
    }

    /**
     * What stands in memory without a gap, from the first sequence on: as much as one read brings.
     */
    public List<Enqueued> kept(long destinationId, long from, long to, int maxBytes) {
        List<Enqueued> kept = new ArrayList<>();
        int bytes = 0;
        for (long next = from; next <= to && bytes < maxBytes && kept.size() < READ_BLOCKS; ) {
            Enqueued block = findKept(destinationId, next);
            if (block == null) {
                break;
            }
            kept.add(block);
            bytes += block.batch().length();
            next = block.firstSequence() + block.batch().count();
        }
        return kept;
    }

    /** The block that holds a sequence, from memory or else from the log, waiting for the disk. */
    public Enqueued find(long destinationId, long sequence) {
        Enqueued block = cache.find(destinationId, sequence);
        if (block != null) {
            return block;
        }
        Location location = locate(destinationId, sequence);
        if (location != null) {
            for (LogEntry entry : log.read(location.blocks.offset(location.index), 1)) {
                collect(entry, destinationId, found -> cache.put(found, entry.offset()));
            }
            block = cache.find(destinationId, sequence);
        }
        if (block == null) {
            throw new LogFailure(
                    LogFailure.Kind.CORRUPT,
                    "Expected message "
                            + sequence
                            + " of destination "
                            + destinationId
                            + " in the log, but it is not there");
        }
        return block;
    }

    /** Plans a read: which entries hold the wanted messages, at most {@code maxBytes} of them. */
    public ReadPlan plan(Effect.Read read) {
        List<Long> offsets = new ArrayList<>();
        long bytes = 0;
        long sequence = read.from();
        for (int blocks = 0;
                blocks < READ_BLOCKS
                        && sequence <= read.to()
                        && (bytes == 0 || bytes < read.maxBytes());
                blocks++) {
            Location location = locate(read.destinationId(), sequence);
            if (location == null) {
                break;
            }
            if (!offsets.isEmpty()
                    && location.blocks.offset(location.index) >= log.durableOffset()) {
                // At the tail, still on its way to the disk: nobody can read it yet.
                break;
            }
            offsets.add(location.blocks.offset(location.index));
            bytes += location.blocks.sizeBytes(location.index);
            sequence =
                    location.blocks.firstSequence(location.index)
                            + location.blocks.count(location.index);
        }
        return new ReadPlan(read, new TreeSet<>(offsets), sequence - 1);
    }

    /** The entries that a read has to fetch. */
    public record ReadPlan(Effect.Read read, TreeSet<Long> offsets, long lastSequence) {}

    /** Fetches what was planned. May be called from any thread; waits for the disk. */
    public List<Enqueued> load(ReadPlan plan) {
        List<Enqueued> blocks = new ArrayList<>();
        load(plan, blocks);
        return blocks;
    }

    /**
     * The same; if not all of it can be read, what stands before that.
     *
     * @throws LogFailure if the first cannot be read
     */
    public List<Enqueued> loadReadable(ReadPlan plan) {
        List<Enqueued> blocks = new ArrayList<>();
        try {
            load(plan, blocks);
        } catch (LogFailure e) {
            if (blocks.isEmpty()) {
                throw e;
            }
            // Whoever comes to the rest will read it again, and be told.
        }
        return blocks;
    }

    private void load(ReadPlan plan, List<Enqueued> blocks) {
        long destinationId = plan.read().destinationId();
        Long next = plan.offsets().isEmpty() ? null : plan.offsets().first();
        while (next != null) {
            Long following = plan.offsets().higher(next);
            boolean dense = following != null && following - next < READ_AHEAD_BYTES;
            long readUpTo = next;
            for (LogEntry entry : log.read(next, dense ? READ_AHEAD_BYTES : 1)) {
                readUpTo = entry.offset();
                if (plan.offsets().contains(entry.offset())) {
                    collect(
                            entry,
                            destinationId,
                            block -> {
                                boolean wanted =
                                        block.firstSequence() <= plan.lastSequence()
                                                && block.firstSequence() + block.batch().count()
                                                        > plan.read().from();
                                if (wanted) {
                                    blocks.add(block);
                                }
                            });
                }
            }
            next = plan.offsets().higher(readUpTo);
        }
    }

    private static void collect(
            LogEntry entry, long destinationId, java.util.function.Consumer<Enqueued> to) {
        EventCodec.decode(
                entry.body(),
                event -> {
                    if (event instanceof Enqueued
                            && ((Enqueued) event).destinationId() == destinationId) {
                        to.accept((Enqueued) event);
                    }
                });
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

    private @Nullable Location locate(long destinationId, long sequence) {
        BlockList recent = open.blocks(destinationId);
        int index = recent == null ? -1 : recent.find(sequence);
        if (recent != null && index >= 0) {
            return new Location(recent, index);
        }
        for (Map.Entry<SealedSegment, Map<Long, BlockDirectory.Span>> entry :
                spansBySegment.entrySet()) {
            BlockDirectory.Span span = entry.getValue().get(destinationId);
            if (span != null && span.first() <= sequence && sequence <= span.last()) {
                BlockList blocks = directory(entry.getKey()).blocks(destinationId);
                int at = blocks == null ? -1 : blocks.find(sequence);
                if (blocks != null && at >= 0) {
                    return new Location(blocks, at);
                }
            }
        }
        return null;
    }

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
            List<LogEntry> entries = log.read(at, READ_AHEAD_BYTES);
            if (entries.isEmpty()) {
                break;
            }
            for (LogEntry entry : entries) {
                at = entry.nextOffset();
                if (entry.offset() < segment.to()) {
                    indexEntry(entry, scanned);
                }
            }
        }
        return scanned;
    }

    private static void indexEntry(LogEntry entry, BlockDirectory into) {
        EventCodec.decode(
                entry.body(),
                event -> {
                    if (event instanceof Enqueued) {
                        Enqueued block = (Enqueued) event;
                        into.add(
                                block.destinationId(),
                                block.firstSequence(),
                                block.batch().count(),
                                block.batch().length(),
                                entry.offset());
                    }
                });
    }
}
