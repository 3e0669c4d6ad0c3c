package io.millrace.storage.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LateIndexTest {

    private final AtomicInteger openings = new AtomicInteger();
    private final PageIndex index =
            new LateIndex(
                    () -> {
                        openings.incrementAndGet();
                        return new HeapIndex();
                    });

    /** Else each start loads what hardly anybody needs. */
    @Test
    void opensNothingBeforeAPage() {
        index.remove(1);
        assertThrows(IndexLost.class, () -> index.get(1));
        index.close();
        assertEquals(0, openings.get());
    }

    @Test
    void opensOnce() {
        assertTrue(index.put(1, new byte[] {7}));
        assertTrue(index.put(2, new byte[] {8}));
        assertArrayEquals(new byte[] {7}, index.get(1));
        assertEquals(1, openings.get());
    }
}
