package io.millrace.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every index does. */
public abstract class PageIndexContract {

    private PageIndex index;

    /** A new, empty one. */
    protected abstract PageIndex open();

    @BeforeEach
    final void begin() {
        index = open();
    }

    @AfterEach
    final void end() {
        index.close();
    }

    @Test
    void returnsWhatWasPut() {
        Random random = new Random(1);
        TreeMap<Long, byte[]> model = new TreeMap<>();
        for (long number = 1; number <= 3_000; number++) {
            byte[] page = new byte[random.nextInt(8_000)];
            random.nextBytes(page);
            assertTrue(index.put(number, page));
            model.put(number, page);
            if (random.nextInt(3) > 0) {
                Long old = model.ceilingKey(random.nextLong(number) + 1);
                if (old != null) {
                    assertArrayEquals(model.remove(old), index.get(old));
                    index.remove(old);
                }
            }
        }
        model.forEach((number, page) -> assertArrayEquals(page, index.get(number)));
        model.keySet().forEach(index::remove);
        assertTrue(index.put(5_000, new byte[] {1}), "after the last was removed");
        assertArrayEquals(new byte[] {1}, index.get(5_000));
    }

    @Test
    void whatIsNotThereIsLost() {
        index.put(1, new byte[] {1});
        index.put(2, new byte[] {2});
        index.remove(1);

        assertThrows(IndexLost.class, () -> index.get(1));
        assertThrows(IndexLost.class, () -> index.get(3));
    }

    @Test
    void whatWasPutIsLostWhenItIsClosed() {
        index.put(1, new byte[] {1});
        index.close();
        index.close();

        assertThrows(IndexLost.class, () -> index.get(1));
        index.remove(1);
    }

    @Test
    void anEmptyPageIsAPage() {
        assertTrue(index.put(1, new byte[0]));

        assertArrayEquals(new byte[0], index.get(1));
    }
}
