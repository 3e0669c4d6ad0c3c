package io.millrace.server.messages;

import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages of all destinations lie in one stretch of the log: in memory for the open
 * segment, as the footer of a sealed one.
 *
 * <pre>
 *   version varint | destinations varint |
 *     each: id varint | blocks varint | each: first sequence (delta) varint | count varint | bytes varint | offset (delta)
 *   version 2: relocated varint |
 *     each: destination varint | first sequence varint | count varint | bytes varint | offset varint
 * </pre>
 */
final class BlockDirectory {

    private static final int PLAIN = 1;
    private static final int RELOCATED = 2;

    private final Map<Long, BlockList> blocksByDestination = new LinkedHashMap<>();

    /** What was stored there once more; only in one that was read, or scanned. */
    private final RelocatedBlocks relocated = new RelocatedBlocks();

    void add(long destinationId, long firstSequence, int count, int sizeBytes, long offset) {
        blocksByDestination
                .computeIfAbsent(destinationId, id -> new BlockList())
                .add(firstSequence, count, sizeBytes, offset);
    }

    RelocatedBlocks relocated() {
        return relocated;
    }

    @Nullable BlockList blocks(long destinationId) {
        return blocksByDestination.get(destinationId);
    }

    void forget(long destinationId) {
        blocksByDestination.remove(destinationId);
    }

    /** What there is of each destination. */
    Map<Long, Span> spans() {
        Map<Long, Span> spans = new LinkedHashMap<>();
        blocksByDestination.forEach(
                (id, blocks) -> {
                    if (!blocks.isEmpty()) {
                        spans.put(
                                id,
                                new Span(
                                        blocks.firstSequence(blocks.begin()),
                                        blocks.lastSequence(),
                                        blocks.totalBytes(),
                                        blocks.offset(blocks.end() - 1)));
                    }
                });
        return spans;
    }

    /**
     * One destination in a segment.
     *
     * @param first its first sequence
     * @param last its last sequence
     * @param sizeBytes of its messages
     * @param lastOffset of the entry with its last block
     */
    record Span(long first, long last, long sizeBytes, long lastOffset) {}

    /** Adds the bytes of each destination to sums. */
    void addBytesTo(Map<Long, Long> sums) {
        blocksByDestination.forEach((id, blocks) -> sums.merge(id, blocks.totalBytes(), Long::sum));
    }

    /** Moves everything before the offset into a directory of its own. */
    BlockDirectory splitBefore(long offset) {
        BlockDirectory before = new BlockDirectory();
        blocksByDestination.forEach(
                (id, blocks) -> {
                    int until = blocks.firstAtOffset(offset);
                    for (int index = blocks.begin(); index < until; index++) {
                        before.add(
                                id,
                                blocks.firstSequence(index),
                                blocks.count(index),
                                blocks.sizeBytes(index),
                                blocks.offset(index));
                    }
                    blocks.dropBefore(until);
                });
        blocksByDestination.values().removeIf(BlockList::isEmpty);
        return before;
    }

    /**
     * Writes it in its stored form.
     *
     * @param again what was stored in this stretch once more
     */
    void writeTo(WireOutput to, List<StoredBlock> again) {
        to.writeVarint(again.isEmpty() ? PLAIN : RELOCATED).writeVarint(blocksByDestination.size());
        blocksByDestination.forEach(
                (id, blocks) -> {
                    to.writeVarint(id).writeVarint(blocks.end() - (long) blocks.begin());
                    long sequence = 0;
                    long offset = 0;
                    for (int index = blocks.begin(); index < blocks.end(); index++) {
                        to.writeVarint(blocks.firstSequence(index) - sequence)
                                .writeVarint(blocks.count(index));
                        to.writeVarint(blocks.sizeBytes(index))
                                .writeVarint(blocks.offset(index) - offset);
                        sequence = blocks.firstSequence(index);
                        offset = blocks.offset(index);
                    }
                });
        if (!again.isEmpty()) {
            RelocatedBlocks.write(again, to);
        }
    }

    static BlockDirectory read(WireInput from) {
        long version = from.readVarint();
        if (version != PLAIN && version != RELOCATED) {
            throw new WireFormatException(
                    "Expected block directory version "
                            + PLAIN
                            + " or "
                            + RELOCATED
                            + ", but it is "
                            + version);
        }
        BlockDirectory directory = new BlockDirectory();
        for (long destinations = from.readVarint(); destinations > 0; destinations--) {
            long id = from.readVarint();
            long sequence = 0;
            long offset = 0;
            for (long blocks = from.readVarint(); blocks > 0; blocks--) {
                sequence += from.readVarint();
                int count = from.readVarintInt("count");
                int size = from.readVarintInt("size");
                offset += from.readVarint();
                directory.add(id, sequence, count, size, offset);
            }
        }
        if (version == RELOCATED) {
            directory.relocated.readFrom(from);
        }
        return directory;
    }
}
