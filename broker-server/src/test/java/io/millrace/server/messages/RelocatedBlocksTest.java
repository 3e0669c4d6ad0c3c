package io.millrace.server.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of several places of a block the newest counts, once it can be read. */
class RelocatedBlocksTest {

    private static final long QUEUE = 9;

    private final RelocatedBlocks blocks = new RelocatedBlocks();

    private static StoredBlock block(long first, long offset) {
        return new StoredBlock(QUEUE, first, 4, 100, offset);
    }

    @Test
    void theNewestPlaceCountsOnceItIsDurable() {
        blocks.add(block(96, 500));
        blocks.add(block(96, 900));
        assertEquals(block(96, 500), blocks.find(QUEUE, 99, 900));
        assertEquals(block(96, 900), blocks.find(QUEUE, 99, 901));
        assertEquals(List.of(block(96, 900)), blocks.within(0, 1_000));
        // Read from a footer that came later than it stood in the log.
        blocks.add(block(96, 500));
        assertEquals(block(96, 900), blocks.find(QUEUE, 99, 901));
        assertNull(blocks.find(QUEUE, 100, 901));
        assertNull(blocks.find(QUEUE, 95, 901));
    }

    /** Else a browser would look for ever for what was settled while it was read. */
    @Test
    void whatTheLogGaveBackIsNotFound() {
        blocks.add(block(96, 500));
        blocks.add(block(50, 500));
        blocks.add(block(50, 900));
        blocks.forgetBefore(900);
        assertNull(blocks.find(QUEUE, 96, 1_000));
        assertEquals(block(50, 900), blocks.find(QUEUE, 50, 1_000));
    }

    @Test
    void whatNobodyNeedsIsForgotten() {
        blocks.add(block(96, 900));
        blocks.add(block(50, 900));
        blocks.add(block(10, 950));
        Needs lastOfBlock =
                new Needs() {
                    @Override
                    public long next(long destinationId, long from) {
                        return from <= 53 ? 53 : MessageStore.NO_SEQUENCE;
                    }

                    @Override
                    public long lowestRewound(long destinationId) {
                        return MessageStore.NO_SEQUENCE;
                    }
                };
        assertEquals(Map.of(900L, List.of(block(50, 900))), blocks.retain(lastOfBlock));
        assertEquals(1, blocks.count());
        blocks.forget(QUEUE);
        assertEquals(0, blocks.count());
    }
}
