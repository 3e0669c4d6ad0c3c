package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private final Arrivals arrivals = new Arrivals(100, new SendWindow("messages received", 10));

    @Test
    void findsNoFaultInAnUnbrokenSequence() {
        accept(0, 1, 2, 3);

        assertEquals(0, arrivals.faultCount());
    }

    @Test
    void findsAMissingMessage() {
        accept(0, 1, 3, 4);

        assertEquals(List.of("Expected message 2, but 3 arrived"), arrivals.faults());
    }

    @Test
    void findsADuplicate() {
        accept(0, 1, 1, 2);

        assertEquals(List.of("Expected message 2, but 1 arrived"), arrivals.faults());
    }

    @Test
    void findsMessagesOutOfOrder() {
        accept(0, 2, 1, 3);

        assertEquals(2, arrivals.faultCount());
    }

    @Test
    void keepsTheFirstFaultsAndCountsAll() {
        accept(1, 1, 1, 1, 1, 1, 1, 1);

        assertEquals(5, arrivals.faults().size());
        assertEquals(8, arrivals.faultCount());
    }

    @Test
    void checksEachLaneForItself() {
        Arrivals lanes = new Arrivals(100, 2, new SendWindow("messages received", 10));
        lanes.accept(Body.number(0, 0));
        lanes.accept(Body.number(1, 0));
        lanes.accept(Body.number(1, 1));
        lanes.accept(Body.number(0, 2));
        lanes.accept(Body.number(2, 0));

        assertEquals(
                List.of(
                        "Expected message 1 in lane 0, but 2 arrived",
                        "Expected lane 0 to 1, but it is 2"),
                lanes.faults());
    }

    private void accept(long... sequences) {
        for (long sequence : sequences) {
            arrivals.accept(sequence);
        }
    }
}
