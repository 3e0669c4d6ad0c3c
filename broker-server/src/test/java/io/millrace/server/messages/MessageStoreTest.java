package io.millrace.server.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.server.DeafListener;
import io.millrace.storage.heap.HeapLog;
import io.millrace.wire.MessageBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a read brings from memory, before the log is asked. */
class MessageStoreTest {

    private final MessageStore store =
            new MessageStore(HeapLog.open(1, new DeafListener()), 64 << 20);

    /** Blocks of one message. */
    private void keep(long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            store.keep(
                    MessageCacheTest.block(sequence), sequence, new MessageCacheTest.NeededFrom(0));
        }
    }

    private List<Long> kept(long from, long to, int maxBytes) {
        return store.kept(MessageCacheTest.QUEUE, from, to, maxBytes).stream()
                .map(Enqueued::firstSequence)
                .toList();
    }

    @Test
    void bringsWhatStandsInMemoryUpToAGap() {
        keep(1, 3);
        keep(5, 9);
        assertEquals(List.of(2L, 3L), kept(2, 9, Integer.MAX_VALUE));
        assertEquals(List.of(), kept(4, 9, Integer.MAX_VALUE));
        assertEquals(List.of(6L, 7L), kept(6, 7, Integer.MAX_VALUE));
        assertEquals(List.of(5L), kept(5, 9, 1));
    }

    /**
     * The machine remembers so many blocks at a time: of a read with more, it would have forgotten
     * the first before it came to the last, and ask for it again.
     */
    @Test
    void bringsNoMoreBlocksThanAReadOfTheLogDoes() {
        keep(1, 20_000);
        List<Long> brought = kept(1, 20_000, Integer.MAX_VALUE);
        assertEquals(4_096, brought.size());
        assertEquals(4_096L, brought.get(4_095));
    }

    /** Else a small block would keep all of its entry in memory, uncounted. */
    @Test
    void whatIsReadKeepsNothingOfItsEntry() {
        PartitionLog log = HeapLog.open(1, new DeafListener());
        MessageStore reading = new MessageStore(log, 64 << 20);
        List<Event> events = new ArrayList<>();
        for (long sequence = 1; sequence <= 50; sequence++) {
            events.add(MessageCacheTest.block(sequence));
        }
        long offset = log.append(EventCodec.encode(events), 1_000);
        events.forEach(event -> reading.index().logged(event, offset));
        MessageBatch found = reading.find(MessageCacheTest.QUEUE, 7).batch();
        assertEquals(found.length(), found.array().length);
    }

    /** A transaction's entry can hold more than is kept of what was read. */
    @Test
    void findsWhatLiesBeforeMuchElseInOneEntry() {
        PartitionLog log = HeapLog.open(1, new DeafListener());
        MessageStore tiny = new MessageStore(log, 1);
        List<Event> blocks = new ArrayList<>();
        for (long sequence = 1; sequence <= 20; sequence++) {
            blocks.add(MessageCacheTest.block(sequence));
        }
        long offset = log.append(EventCodec.encode(blocks), 1_000);
        blocks.forEach(block -> tiny.index().logged(block, offset));
        assertEquals(3, tiny.find(MessageCacheTest.QUEUE, 3).firstSequence());
    }
}
