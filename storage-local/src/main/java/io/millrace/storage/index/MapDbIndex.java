package io.millrace.storage.index;

import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pages in MapDB files in a partition's directory, {@code index-000001.mapdb} and so on.
 *
 * <p>No file is there before the first page is put, nor after the last was removed. A file that has
 * grown far beyond what lives in it is copied to the next generation, for MapDB gives nothing back.
 * One that could not be written is only read from then on, and the next page begins another. What
 * was left by another process is deleted unread. Use it only while the directory is locked.
 *
 * <p>Whatever MapDB throws, and it throws errors too where a file is damaged, ends here: a page is
 * refused, or what cannot be read is {@link IndexLost}. Owned by whoever has the partition's turn.
 */
public final class MapDbIndex implements PageIndex {

    private static final Logger LOG = LoggerFactory.getLogger(MapDbIndex.class);

    private static final String FILES = "index-*.mapdb";
    private static final int DIGITS = 6;

    /** A file of less than this is never copied. */
    private static final long WORTH_COPYING_BYTES = 64L << 20;

    /** A larger file is copied when less than this part of it lives. */
    private static final int LIVE_PART = 4;

    /** The size of the file is looked at each time that so many pages were put. */
    private static final int LOOK_PAGES = 256;

    /** More files are not open at once: each failure to write makes another one. */
    private static final int MAX_GENERATIONS = 8;

    private final Path directory;
    private final long worthCopyingBytes;
    private final Generation.Volumes volumes;

    /** As they were made: pages go to the last. */
    private final List<Generation> generations = new ArrayList<>();

    private int lastGeneration;
    private long copyAtBytes;
    private int putSinceLook;

    /** Closed, or a page was lost: then its owner goes on without it. */
    private boolean ended;

    /** Whether MapDB is on the class path with all that it needs. */
    private static final class MapDb {

        private static final boolean WORKS = works();

        private MapDb() {}

        private static boolean works() {
            try {
                Generation.prove();
                return true;
            } catch (LinkageError e) {
                LOG.info(
                        "no MapDB on the class path: indexes are kept in memory ({})",
                        e.toString());
                return false;
            }
        }
    }

    /**
     * An index in a directory, which may be missing; what is left there is deleted. Without MapDB
     * and what it needs on the class path, as with the all-in-one jar alone, it is one in the heap.
     * MapDB is looked for when there is a first page: it takes half a second to load.
     */
    public static PageIndex in(Path directory) {
        deleteFiles(directory);
        return new LateIndex(() -> MapDb.WORKS ? new MapDbIndex(directory) : new HeapIndex());
    }

    MapDbIndex(Path directory) {
        this(directory, WORTH_COPYING_BYTES, Generation.ON_DISK);
    }

    MapDbIndex(Path directory, long worthCopyingBytes, Generation.Volumes volumes) {
        this.directory = directory;
        this.worthCopyingBytes = worthCopyingBytes;
        this.copyAtBytes = worthCopyingBytes;
        this.volumes = volumes;
        deleteFiles(directory);
    }

    private static void deleteFiles(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, FILES)) {
            for (Path file : files) {
                LOG.info("{}: was left, deleted unread", file);
                deleteFile(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("{}: cannot be looked through for old indexes", directory, e);
        }
    }

    private static void deleteFile(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            // Never read: a new file takes its name, or does not, and then nothing is put.
            LOG.warn("{}: an old index cannot be deleted", file, e);
        }
    }

    /** What MapDB does, which throws whatever it likes. */
    private interface Work<R> {
        @Nullable R run() throws Exception;
    }

    /** What came of it; null after a failure. */
    private <R> @Nullable R attempt(Work<R> work, String what) {
        try {
            return work.run();
        } catch (Exception | Error e) {
            // No list of MapDB's: Kotlin declares none, and damage shows as whatever it leads to,
            // a length of gigabytes for one. All of it means that this file cannot be used.
            LOG.warn("{}: {} failed; the partition goes on without", directory, what, e);
            return null;
        }
    }

    @Override
    public boolean put(long number, byte[] page) {
        Generation current = current();
        if (current == null) {
            return false;
        }
        Boolean done =
                attempt(
                        () -> {
                            current.put(number, page);
                            return true;
                        },
                        "putting a page into the index");
        if (done == null) {
            current.breakOff();
            dropIfEmpty(current);
            return false;
        }
        if (++putSinceLook >= LOOK_PAGES) {
            putSinceLook = 0;
            renewIfLarge(current);
        }
        return true;
    }

    /** The one that pages go to; null if there cannot be any. */
    private @Nullable Generation current() {
        Generation last = generations.isEmpty() ? null : generations.get(generations.size() - 1);
        if (ended || last != null && !last.isBroken()) {
            return ended ? null : last;
        }
        if (generations.size() >= MAX_GENERATIONS) {
            return null;
        }
        Generation next = attempt(this::next, "making an index");
        if (next != null) {
            generations.add(next);
        }
        return next;
    }

    private Generation next() throws IOException {
        String number = Integer.toString(++lastGeneration);
        String zeros = "0".repeat(Math.max(0, DIGITS - number.length()));
        return new Generation(directory.resolve("index-" + zeros + number + ".mapdb"), volumes);
    }

    private void renewIfLarge(Generation old) {
        Long bytes = attempt(old::fileBytes, "looking at the index");
        if (bytes == null || bytes < copyAtBytes || bytes < old.liveBytes() * LIVE_PART) {
            return;
        }
        Generation renewed = attempt(this::next, "making a new index");
        if (renewed != null && isCopied(old, renewed)) {
            generations.set(generations.indexOf(old), renewed);
            copyAtBytes = worthCopyingBytes;
            delete(old);
            return;
        }
        // The old one is as it was. It is not tried again before it has grown as much again.
        copyAtBytes = 2 * bytes;
        if (renewed != null) {
            delete(renewed);
        }
    }

    private boolean isCopied(Generation from, Generation to) {
        Boolean copied =
                attempt(
                        () -> {
                            from.copyTo(to);
                            return true;
                        },
                        "copying the index");
        return copied != null;
    }

    @Override
    public byte[] get(long number) {
        Generation holder = holder(number);
        byte[] page =
                holder == null ? null : attempt(() -> holder.get(number), "reading the index");
        if (page == null) {
            ended = true;
            throw new IndexLost(
                    "Expected page "
                            + number
                            + " of the index in "
                            + directory
                            + " as it was put, but it is missing or damaged",
                    null);
        }
        return page;
    }

    private @Nullable Generation holder(long number) {
        for (Generation each : generations) {
            if (each.has(number)) {
                return each;
            }
        }
        return null;
    }

    @Override
    public void remove(long number) {
        Generation holder = holder(number);
        if (holder == null) {
            return;
        }
        holder.forget(number);
        if (!holder.isBroken() && !holder.isEmpty()) {
            Boolean removed =
                    attempt(
                            () -> {
                                holder.remove(number);
                                return true;
                            },
                            "removing a page from the index");
            if (removed == null) {
                holder.breakOff();
            }
        }
        dropIfEmpty(holder);
    }

    /** Without pages there is nothing to lose: the next one begins with a new file. */
    private void dropIfEmpty(Generation generation) {
        if (generation.isEmpty()) {
            generations.remove(generation);
            delete(generation);
        }
    }

    /** A file that cannot be deleted now may be at the end. */
    private void delete(Generation old) {
        attempt(
                () -> {
                    old.delete();
                    return true;
                },
                "deleting the index");
    }

    @Override
    public void close() {
        ended = true;
        generations.forEach(this::delete);
        generations.clear();
        deleteFiles(directory);
    }
}
