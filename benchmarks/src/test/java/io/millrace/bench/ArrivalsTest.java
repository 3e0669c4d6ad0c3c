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

    private void accept(long... sequences) {
        for (long sequence : sequences) {
            arrivals.accept(sequence);
        }
    }
}
