package io.millrace.server.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is durable goes, the oldest first; what is not stays, however much it is. */
class MessageCacheTest {

    static final long QUEUE = 9;

    /** Blocks of one small message are mostly what surrounds them. */
    private static final int BLOCK_BYTES = block(1).batch().length() + MessageCache.OVERHEAD_BYTES;

    private long durable;
    private final MessageCache cache = new MessageCache(3L * BLOCK_BYTES, () -> durable);

    /** One message. */
    static Enqueued block(long sequence) {
        return block(sequence, 0);
    }

    /** One message with a body. */
    static Enqueued block(long sequence, int bodyBytes) {
        WireOutput to = new WireOutput(256);
        MessageBatch.writeHeader(to, new Id128(1, 2), sequence, 1_000, new byte[0]);
        MessageBatch.setCount(to, 0, 1);
        int start = MessageHead.begin(to, new MessageHead.Fields(0, 4, 1, 0, 0, 0, 0));
        int body = to.size();
        to.writeBytes(new byte[bodyBytes], 0, bodyBytes);
        MessageHead.finish(to, start, body, body);
        return new Enqueued(
                QUEUE,
                sequence,
                Id128.NONE,
                null,
                new MessageBatch(to.toByteArray(), 0, to.size()));
    }

    /** Stored one after the other, each in the entry with its number as offset. */
    private void store(long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            cache.putStored(block(sequence), sequence, new NeededFrom(0));
        }
    }

    private List<Long> kept(long upTo) {
        return kept(cache, upTo);
    }

    @Test
    void theOldestGoFirst() {
        durable = 100;
        store(1, 5);
        assertEquals(List.of(3L, 4L, 5L), kept(9));
    }

    @Test
    void whatIsNotDurableStays() {
        durable = 2;
        store(1, 8);
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L).subList(0, 8), kept(9));
    }

    @Test
    void whatHasBecomeDurableMakesRoomAgain() {
        store(1, 8);
        assertEquals(8, kept(9).size());
        durable = 7;
        store(9, 9);
        // 7 to 9 are not durable yet; of the others one is always kept.
        assertEquals(List.of(6L, 7L, 8L, 9L), kept(9));
        durable = 10;
        store(10, 10);
        assertEquals(List.of(8L, 9L, 10L), kept(10));
    }

    /** Else reads of a backlog would pile up behind what the disk takes long to flush. */
    @Test
    void whatWasReadGoesAlthoughOlderBlocksAreNotDurable() {
        durable = 1;
        store(50, 55);
        for (long sequence = 1; sequence <= 20; sequence++) {
            cache.putRead(block(sequence));
            assertNotNull(cache.find(QUEUE, sequence), "it was read to be used at once");
        }
        assertEquals(List.of(20L), kept(49));
        assertNull(cache.find(QUEUE, 1));
        assertNotNull(cache.find(QUEUE, 50));
    }

    /** Else one consumer that catches up has all others read from the disk. */
    @Test
    void whatIsReadDoesNotPushOutWhatIsNew() {
        int bodyBytes = 1 << 20;
        MessageCache large = new MessageCache(64L << 20, () -> durable);
        durable = 1_000;
        for (long sequence = 100; sequence < 150; sequence++) {
            large.putStored(block(sequence, bodyBytes), sequence, new NeededFrom(0));
        }
        for (long sequence = 1; sequence < 100; sequence++) {
            large.putRead(block(sequence, bodyBytes));
        }
        List<Long> kept = new ArrayList<>();
        for (long sequence = 1; sequence < 150; sequence++) {
            if (large.find(QUEUE, sequence) != null) {
                kept.add(sequence);
            }
        }
        List<Long> expected = LongStream.range(93, 150).boxed().toList();
        assertEquals(expected, kept);
    }

    @Test
    void aBlockThatIsPutAgainCountsOnce() {
        durable = 100;
        store(1, 3);
        store(1, 3);
        assertEquals(List.of(1L, 2L, 3L), kept(9));
    }

    private static final int MEBIBYTE = 1 << 20;

    private static List<Long> kept(MessageCache cache, long upTo) {
        List<Long> kept = new ArrayList<>();
        for (long sequence = 1; sequence <= upTo; sequence++) {
            if (cache.find(QUEUE, sequence) != null) {
                kept.add(sequence);
            }
        }
        return kept;
    }

    private static void storeMebibytes(MessageCache cache, long from, long to, Needs needs) {
        for (long sequence = from; sequence <= to; sequence++) {
            cache.putStored(block(sequence, MEBIBYTE), sequence, needs);
        }
    }

    /** Else the collector copies what nobody wants, and everybody waits for it. */
    @Test
    void whatNobodyNeedsGoesBeforeThereIsNoRoom() {
        MessageCache large = new MessageCache(64L * MEBIBYTE, () -> 1_000);
        storeMebibytes(large, 1, 20, new NeededFrom(Long.MAX_VALUE));
        assertEquals(List.of(18L, 19L, 20L), kept(large, 20));
    }

    @Test
    void whatIsNeededStays() {
        MessageCache large = new MessageCache(64L * MEBIBYTE, () -> 1_000);
        storeMebibytes(large, 1, 50, new NeededFrom(10));
        assertEquals(LongStream.rangeClosed(10, 50).boxed().toList(), kept(large, 50));
    }

    @Test
    void whatWasNeededAtFirstIsLookedAtAgain() {
        MessageCache large = new MessageCache(64L * MEBIBYTE, () -> 1_000);
        storeMebibytes(large, 1, 10, new NeededFrom(1));
        assertEquals(10, kept(large, 10).size());
        storeMebibytes(large, 11, 30, new NeededFrom(11));
        assertEquals(LongStream.rangeClosed(11, 30).boxed().toList(), kept(large, 30));
    }

    @Test
    void whatIsNotDurableStaysAlthoughNobodyNeedsIt() {
        MessageCache large = new MessageCache(64L * MEBIBYTE, () -> 0);
        storeMebibytes(large, 1, 20, new NeededFrom(Long.MAX_VALUE));
        assertEquals(20, kept(large, 20).size());
    }

    /** Everything from a sequence on. */
    record NeededFrom(long sequence) implements Needs {

        @Override
        public long next(long destinationId, long from) {
            return Math.max(sequence, from);
        }

        @Override
        public long lowestRewound(long destinationId) {
            return MessageStore.NO_SEQUENCE;
        }
    }
}
