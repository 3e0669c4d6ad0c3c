package io.millrace.storage.index;

import io.millrace.wire.RangeSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.Serializer;
import org.mapdb.volume.RandomAccessFileVol;
import org.mapdb.volume.Volume;

/**
 * One MapDB file, and which pages are in it. A page is stored behind a checksum of its number and
 * its bytes.
 *
 * <p>Without transactions and never forced, for it is never read by another process; and not mapped
 * into memory, where a full disk would end the process. Anything may be thrown by any method that
 * says nothing else. Owned by whoever has the partition's turn.
 */
final class Generation {

    private static final int CHECKSUM_BYTES = Integer.BYTES;

    /** The directory is locked already. */
    private static final int NO_LOCK = -1;

    /** On the disk. */
    static final Volumes ON_DISK =
            file -> new RandomAccessFileVol(file.toFile(), false, NO_LOCK, 0);

    private final Path file;
    private final Volume volume;
    private final DB db;
    private final ConcurrentMap<Long, byte[]> pages;

    /** Of the pages that are in it. */
    private final RangeSet numbers = new RangeSet();

    private int count;
    private long liveBytes;
    private boolean broken;

    /** Where the bytes of a file are. */
    interface Volumes {
        Volume open(Path file) throws IOException;
    }

    /** A new, empty file; none if it throws. */
    Generation(Path file, Volumes volumes) throws IOException {
        this.file = file;
        Files.deleteIfExists(file);
        boolean made = false;
        try {
            this.volume = volumes.open(file);
            try {
                this.db = DBMaker.volumeDB(volume, false).make();
                this.pages = db.hashMap("pages", Serializer.LONG, Serializer.BYTE_ARRAY).create();
                made = true;
            } finally {
                if (!made) {
                    // The database has nothing else that is open.
                    volume.close();
                }
            }
        } finally {
            if (!made) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Does what all of them do, in memory: throws if MapDB, or what it needs, is not there. */
    static void prove() {
        try (DB db = DBMaker.memoryDB().make()) {
            db.hashMap("pages", Serializer.LONG, Serializer.BYTE_ARRAY)
                    .create()
                    .put(1L, new byte[1]);
        }
    }

    void put(long number, byte[] page) {
        byte[] stored = new byte[CHECKSUM_BYTES + page.length];
        System.arraycopy(page, 0, stored, CHECKSUM_BYTES, page.length);
        ByteBuffer.wrap(stored).putInt(checksum(number, stored));
        pages.put(number, stored);
        numbers.add(number, number);
        count++;
        liveBytes += page.length;
    }

    /** The page, or null if it is missing or damaged. */
    byte @Nullable [] get(long number) {
        byte[] stored = pages.get(number);
        if (stored == null
                || stored.length < CHECKSUM_BYTES
                || ByteBuffer.wrap(stored).getInt() != checksum(number, stored)) {
            return null;
        }
        byte[] page = new byte[stored.length - CHECKSUM_BYTES];
        System.arraycopy(stored, CHECKSUM_BYTES, page, 0, page.length);
        return page;
    }

    private static int checksum(long number, byte[] stored) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        crc.update(stored, CHECKSUM_BYTES, stored.length - CHECKSUM_BYTES);
        return (int) crc.getValue();
    }

    /** Whether the page was put and not forgotten. Throws nothing. */
    boolean has(long number) {
        return numbers.contains(number);
    }

    /** Whether all that was put was forgotten. Throws nothing. */
    boolean isEmpty() {
        return numbers.isEmpty();
    }

    /** Nobody asks again for a page that it has, removed or not. Throws nothing. */
    void forget(long number) {
        // They are about as large as each other.
        liveBytes -= liveBytes / count;
        count--;
        numbers.remove(number, number);
    }

    /** Gives back the space of a page that was forgotten. */
    void remove(long number) {
        pages.remove(number);
    }

    /** A change failed, so MapDB's state is uncertain: from now on it is only read. */
    void breakOff() {
        broken = true;
    }

    boolean isBroken() {
        return broken;
    }

    /** Puts all pages into another one, with the checksums that they have. */
    void copyTo(Generation other) {
        for (Map.Entry<Long, byte[]> each : pages.entrySet()) {
            if (numbers.contains(each.getKey())) {
                other.pages.put(each.getKey(), each.getValue());
                other.numbers.add(each.getKey(), each.getKey());
            }
        }
        other.count = count;
        other.liveBytes = liveBytes;
    }

    long fileBytes() throws IOException {
        return Files.size(file);
    }

    /** About how many bytes its pages have. */
    long liveBytes() {
        return liveBytes;
    }

    /** Closes and deletes the file. */
    void delete() throws IOException {
        try {
            db.close();
        } finally {
            try {
                volume.close();
            } finally {
                Files.deleteIfExists(file);
            }
        }
    }
}
