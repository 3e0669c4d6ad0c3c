package io.millrace.storage.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;
import io.millrace.storage.PageIndexContract;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MapDbIndexTest extends PageIndexContract {

    private static final int PAGE_BYTES = 5_000;

    @TempDir Path directory = Path.of("");

    @Override
    protected PageIndex open() {
        return MapDbIndex.in(directory);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private Path file() throws IOException {
        assertEquals(1, files().size());
        return directory.resolve(files().get(0));
    }

    /** A page that is not compressed away, and says its number. */
    private static byte[] page(long number) {
        byte[] page = new byte[PAGE_BYTES];
        new Random(number).nextBytes(page);
        return page;
    }

    @Test
    void hasNoFileBeforeTheFirstPageNorAfterTheLast() throws IOException {
        MapDbIndex index = new MapDbIndex(directory);
        assertEquals(List.of(), files());
        index.put(1, page(1));
        index.put(2, page(2));
        index.remove(1);
        assertEquals(List.of("index-000001.mapdb"), files());
        index.remove(2);
        assertEquals(List.of(), files());
        index.put(3, page(3));
        assertEquals(List.of("index-000002.mapdb"), files());
        index.close();
        assertEquals(List.of(), files());
        assertFalse(index.put(4, page(4)));
        assertEquals(List.of(), files());
    }

    @Test
    void deletesWhatAnotherProcessLeft() throws IOException {
        MapDbIndex killed = new MapDbIndex(directory);
        killed.put(1, page(1));
        Files.write(directory.resolve("index-000002.mapdb"), new byte[] {1, 2, 3});
        Files.write(directory.resolve("00000000000000000000.segment"), new byte[] {1});

        MapDbIndex index = new MapDbIndex(directory);

        assertEquals(List.of("00000000000000000000.segment"), files());
        assertTrue(index.put(1, page(7)));
        assertArrayEquals(page(7), index.get(1));
        assertThrows(IndexLost.class, () -> index.get(2));
        index.close();
        killed.close();
    }

    /** Whatever was damaged, a page is what was put, or it is lost. */
    @Test
    void aDamagedFileLosesPagesAndNeverChangesThem() throws IOException {
        Random random = new Random(5);
        int lost = 0;
        int kept = 0;
        for (int round = 0; round < 24; round++) {
            MapDbIndex index = new MapDbIndex(directory);
            for (long number = 1; number <= 40; number++) {
                index.put(number, page(number));
            }
            damage(file(), random, round);
            for (long number = 1; number <= 40; number++) {
                try {
                    assertArrayEquals(page(number), index.get(number));
                    kept++;
                } catch (IndexLost e) {
                    assertFalse(index.put(100 + number, page(1)), "nothing is put any more");
                    lost++;
                }
                index.remove(number);
            }
            index.close();
            assertEquals(List.of(), files());
        }
        assertTrue(lost > 10 && kept > 10, lost + " lost, " + kept + " kept");
    }

    private static void damage(Path file, Random random, int round) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            if (round % 3 == 0) {
                raw.setLength((long) (raw.length() * random.nextDouble()));
                return;
            }
            byte[] garbage = new byte[round % 3 == 1 ? 1 : 60_000];
            random.nextBytes(garbage);
            raw.seek((long) (300_000 * random.nextDouble()));
            raw.write(garbage);
        }
    }

    /** No file can be made. */
    @Test
    void aFailedPutIsHarmless() throws IOException {
        Path missing = directory.resolve("missing");
        MapDbIndex index = new MapDbIndex(missing);

        assertFalse(index.put(1, page(1)));
        assertFalse(index.put(2, page(2)));
        Files.createDirectory(missing);
        assertTrue(index.put(3, page(3)));
        assertArrayEquals(page(3), index.get(3));
        index.close();
    }

    /** A window of pages moves on, and the file does not grow with all that went through it. */
    @Test
    void aFileThatHasGrownIsCopiedToTheNextGeneration() throws IOException {
        long worthCopying = 4 << 20;
        MapDbIndex index = new MapDbIndex(directory, worthCopying, Generation.ON_DISK);
        long largest = 0;
        int window = 100;
        for (long number = 1; number <= 8_000; number++) {
            index.put(number, page(number % 50));
            if (number > window) {
                assertArrayEquals(page((number - window) % 50), index.get(number - window));
                index.remove(number - window);
            }
            if (number == 2_000) {
                // Most of many go at once.
                for (long more = 100_000; more < 104_000; more++) {
                    index.put(more, page(1));
                }
                for (long more = 100_000; more < 104_000; more++) {
                    index.remove(more);
                }
                assertTrue(Files.size(file()) > 4 * worthCopying);
            }
            if (number % 500 == 0 && number > 2_500) {
                largest = Math.max(largest, Files.size(file()));
            }
        }
        assertTrue(largest < 3 * worthCopying, "the file takes " + largest + " bytes");
        assertFalse(files().contains("index-000001.mapdb"));
        index.close();
    }
}
