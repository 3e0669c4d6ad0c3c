package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NonPersistentSequencesTest {

    /** Bitmaps are in containers of so many. */
    private static final long CONTAINER = 65_536;

    private final NonPersistentSequences sequences = new NonPersistentSequences();

    /** A PERSISTENT message must not leave before its entry is durable, wherever it stands. */
    @Test
    void hasNothingBehindAContainerThatIsFull() {
        sequences.add(1, CONTAINER - 1);

        assertTrue(sequences.containsAll(CONTAINER - 10, CONTAINER - 1));
        assertFalse(sequences.containsAll(CONTAINER - 10, CONTAINER));
        assertFalse(sequences.containsAll(CONTAINER - 10, CONTAINER + 10));
        assertFalse(sequences.containsAll(CONTAINER - 10, 3 * CONTAINER));
    }

    @Test
    void hasWhatGoesOnInTheNextContainerAndPart() {
        sequences.add(CONTAINER - 10, 20 * CONTAINER);

        assertTrue(sequences.containsAll(CONTAINER - 10, 2 * CONTAINER - 1));
        assertTrue(sequences.containsAll(CONTAINER - 10, 2 * CONTAINER));
        assertTrue(sequences.containsAll(CONTAINER - 10, 20 * CONTAINER));
        assertFalse(sequences.containsAll(CONTAINER - 11, 20 * CONTAINER));
        assertFalse(sequences.containsAll(CONTAINER - 10, 20 * CONTAINER + 1));
    }
}
