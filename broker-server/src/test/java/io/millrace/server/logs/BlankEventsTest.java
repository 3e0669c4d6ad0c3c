package io.millrace.server.logs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.Machine;
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
    void nothingHasNoEvents() {
        assertEquals(0, new BlankEvents(1).body(0).length);
    }

    private static byte[] snapshot(Machine<?> machine) {
        WireOutput to = new WireOutput(100);
        machine.snapshot(to);
        return to.toByteArray();
    }
}
