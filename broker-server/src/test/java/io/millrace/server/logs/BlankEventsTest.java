package io.millrace.server.logs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.Machine;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A blank entry has the length that was asked for, and changes nothing. */
final class BlankEventsTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void everyLengthDecodesToOneEventWithoutEffect(int partition) {
        BlankEvents blank = new BlankEvents(partition);
        Machine<?> machine = StateReplay.machineOf(partition, 1);
        byte[] before = snapshot(machine);
        for (int bytes = 8; bytes < 40_000; bytes += 8) {
            byte[] body = blank.body(bytes);

            assertTrue(body.length <= bytes && body.length > bytes - 8, "length " + bytes);
            List<Event> events = new ArrayList<>();
            EventCodec.decode(body, events::add);
            assertEquals(1, events.size());
            machine.apply(events.get(0), 0);
        }
        assertArrayEquals(before, snapshot(machine));
    }

    @Test
    void aCrashIsStillKnownAfterIt() {
        Machine<?> machine = StateReplay.machineOf(1, 1);
        machine.apply(
                new PartitionEvent.DestinationOpened(1, DestinationKind.QUEUE, "q", Id128.NONE), 0);
        WireOutput batch = new WireOutput(200);
        MessageBatch.writeHeader(batch, new Id128(7, 7), 1, 0, new byte[0]);
        batch.writeInt(MessageHead.BYTES + 1).writeShort(0); // NON_PERSISTENT
        batch.writeByte(4).writeByte(0).writeInt(0).writeInt(0).writeLong(0).writeLong(0);
        batch.writeInt(MessageHead.BYTES).writeInt(MessageHead.BYTES + 1).writeByte(0);
        MessageBatch.setCount(batch, 0, 1);
        machine.apply(
                new PartitionEvent.Enqueued(
                        1,
                        1,
                        new Id128(8, 8),
                        "alice",
                        new MessageBatch(batch.array(), 0, batch.size())),
                100);
        // All is settled: after a clean stop, nobody would ask any more whether it crashed.
        machine.apply(new PartitionEvent.Settled(1, SequenceRanges.of(1, 1)), 200);
        byte[] before = snapshot(machine);

        EventCodec.decode(new BlankEvents(1).body(64), event -> machine.apply(event, 300));

        assertArrayEquals(before, snapshot(machine));
    }

    @Test
    void nothingHasNoEvents() {
        assertEquals(0, new BlankEvents(1).body(0).length);
    }

    private static byte[] snapshot(Machine<?> machine) {
        WireOutput to = new WireOutput(100);
        machine.snapshot(to);
        return to.toByteArray();
    }
}
