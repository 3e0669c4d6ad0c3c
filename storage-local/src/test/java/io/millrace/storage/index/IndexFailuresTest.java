package io.millrace.storage.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;
import io.millrace.wire.RangeSet;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mapdb.DB;
import org.slf4j.LoggerFactory;

/** A disk that is full, a machine at its end, a class path that lacks something. */
class IndexFailuresTest {

    private static final long UNLIMITED = Long.MAX_VALUE;
    private static final long WORTH_COPYING = 4 << 20;
    private static final int PAGE_BYTES = 5_000;

    @TempDir Path directory = Path.of("");

    /** What the next files may hold, in bytes; the last is that of all others. */
    private final List<Long> spaces = new ArrayList<>();

    private final List<RiggedVolume> volumes = new ArrayList<>();

    private MapDbIndex index(Long... bytes) {
        spaces.addAll(Arrays.asList(bytes));
        return new MapDbIndex(directory, WORTH_COPYING, this::volume);
    }

    private RiggedVolume volume(Path file) {
        RiggedVolume volume =
                new RiggedVolume(file, spaces.size() > 1 ? spaces.remove(0) : spaces.get(0));
        volumes.add(volume);
        return volume;
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertEquals(List.of(), files());
        for (RiggedVolume each : volumes) {
            assertTrue(each.isClosed(), "a file is open");
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private static byte[] page(long number) {
        byte[] page = new byte[PAGE_BYTES];
        new Random(number).nextBytes(page);
        return page;
    }

    /** Puts until one is refused; the last that was taken. */
    private static long fill(MapDbIndex index) {
        long last = 0;
        while (index.put(last + 1, page(last + 1))) {
            last++;
        }
        return last;
    }

    private static void assertHas(MapDbIndex index, long first, long last) {
        for (long number = first; number <= last; number++) {
            assertArrayEquals(page(number), index.get(number));
        }
    }

    /** The file is made, and then the disk is full: what is left would outlive the lock. */
    @Test
    void aFileThatCannotBeFilledIsClosedAndDeletedAtOnce() throws IOException {
        MapDbIndex index = index(1_000L);
        for (int number = 1; number <= 5; number++) {
            assertFalse(index.put(number, page(number)));
            assertEquals(List.of(), files());
        }
        assertEquals(5, volumes.size());
        nothingIsLeft();

        spaces.add(0, UNLIMITED);
        assertTrue(index.put(6, page(6)));
        assertHas(index, 6, 6);
        index.close();
    }

    /** Beyond what fits, another file is tried; the first is read as before. */
    @Test
    void aFullFileIsReadOnAndAnotherTakesWhatComes() throws IOException {
        MapDbIndex index = index(3L << 20, UNLIMITED);
        long last = fill(index);
        assertTrue(last > 100, last + " pages fit");
        for (long number = last + 2; number <= last + 100; number++) {
            assertTrue(index.put(number, page(number)), "page " + number);
        }
        assertEquals(List.of("index-000001.mapdb", "index-000002.mapdb"), files());

        assertHas(index, 1, last);
        assertHas(index, last + 2, last + 100);
        assertThrows(IndexLost.class, () -> index.get(last + 1));
        for (long number = 1; number <= last; number++) {
            index.remove(number);
        }
        assertEquals(List.of("index-000002.mapdb"), files());
        assertHas(index, last + 2, last + 100);
        index.close();
    }

    /** A disk that is full now and then makes no more files than this. */
    @Test
    void manyFailuresMakeSomeFiles() throws IOException {
        MapDbIndex index = index(3L << 20);
        RangeSet taken = new RangeSet();
        long number = 0;
        for (int refused = 0; refused < 20; ) {
            number++;
            if (index.put(number, page(number))) {
                taken.add(number, number);
            } else {
                refused++;
            }
        }
        assertEquals(8, files().size());
        for (long at = taken.ceiling(1); at != RangeSet.NONE; at = taken.ceiling(at + 1)) {
            assertHas(index, at, at);
            index.remove(at);
        }
        assertEquals(List.of(), files());
        assertTrue(index.put(number + 1, page(1)));
        index.close();
    }

    /** There is no space for a copy: what was to be copied is as good as before. */
    @Test
    void aCopyThatFailsHarmsNothing() throws IOException {
        MapDbIndex index = index(UNLIMITED, 1L << 20, UNLIMITED);
        int many = 4_000;
        for (long number = 1; number <= many; number++) {
            assertTrue(index.put(number, page(number)));
        }
        for (long number = 1; number <= many - 300; number++) {
            index.remove(number);
        }
        long last = many;
        while (volumes.size() == 1) {
            last++;
            assertTrue(index.put(last, page(last)));
            assertTrue(last < 2 * many, "it is never copied");
        }
        assertEquals(List.of("index-000001.mapdb"), files());
        assertHas(index, many - 299, last);
        for (int more = 0; more < 1_000; more++) {
            last++;
            assertTrue(index.put(last, page(last)));
        }
        assertEquals(2, volumes.size(), "tried again too soon");
        assertHas(index, many - 299, last);
        index.close();
    }

    private static Error error(String name) {
        return switch (name) {
            case "memory" -> new OutOfMemoryError("a length of gigabytes");
            case "stack" -> new StackOverflowError();
            case "library" -> new NoSuchMethodError("of another version");
            default -> new AssertionError();
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "stack", "library", "assertion"})
    void whateverIsThrownIsAPageThatIsLost(String name) {
        MapDbIndex index = index(UNLIMITED);
        assertTrue(index.put(1, page(1)));
        volumes.get(0).whenRead = error(name);

        assertFalse(index.put(2, page(2)));
        assertThrows(IndexLost.class, () -> index.get(1));
        index.remove(1);
        index.close();
    }

    /**
     * What users may do with the all-in-one jar: put MapDB beside it, and nothing that it needs.
     */
    @Test
    void withoutWhatMapDbNeedsPagesStayInMemory() throws Exception {
        List<URL> path = new ArrayList<>();
        for (Class<?> each :
                List.of(
                        MapDbIndex.class,
                        HeapIndex.class,
                        RangeSet.class,
                        NullMarked.class,
                        LoggerFactory.class,
                        DB.class)) {
            path.add(each.getProtectionDomain().getCodeSource().getLocation());
        }
        try (URLClassLoader few =
                new URLClassLoader(
                        path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            Object index =
                    few.loadClass(MapDbIndex.class.getName())
                            .getMethod("in", Path.class)
                            .invoke(null, directory);

            Class<?> port = few.loadClass(PageIndex.class.getName());
            assertEquals(
                    true,
                    port.getMethod("put", long.class, byte[].class).invoke(index, 1L, page(1)));
            assertArrayEquals(
                    page(1), (byte[]) port.getMethod("get", long.class).invoke(index, 1L));
            assertEquals(0, Objects.requireNonNull(directory.toFile().list()).length);
        }
    }
}
