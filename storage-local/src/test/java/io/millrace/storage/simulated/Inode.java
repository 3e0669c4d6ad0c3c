package io.millrace.storage.simulated;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The content of a file: what programs see, and what the platter holds. */
final class Inode {

    static final int PAGE_BYTES = 4096;
    static final int SECTOR_BYTES = 512;

    /** More versions of a page than this are not told apart. */
    private static final int MAX_VERSIONS = 4;

    private byte[] seen = new byte[0];
    private byte[] stored = new byte[0];
    private int seenLength;
    private int storedLength;

    /** Pages written since the last force, each with all its contents since then. */
    private final Map<Integer, List<byte[]>> versionsByPage = new TreeMap<>();

    int length() {
        return seenLength;
    }

    /** What the file would add to a full disk. */
    int growthBy(long end) {
        return (int) Math.max(0, end - seenLength);
    }

    void write(int position, byte[] bytes, int length) {
        int end = position + length;
        if (end > seen.length) {
            seen = Arrays.copyOf(seen, Math.max(roundUp(end), seen.length * 2));
        }
        System.arraycopy(bytes, 0, seen, position, length);
        seenLength = Math.max(seenLength, end);
        if (length == 0) {
            return;
        }
        for (int page = position / PAGE_BYTES; page <= (end - 1) / PAGE_BYTES; page++) {
            List<byte[]> versions = versionsByPage.computeIfAbsent(page, p -> new ArrayList<>());
            if (versions.size() == MAX_VERSIONS) {
                versions.remove(0);
            }
            int from = page * PAGE_BYTES;
            versions.add(Arrays.copyOfRange(seen, from, from + PAGE_BYTES));
        }
    }

    int read(int position, byte[] into) {
        int count = Math.max(0, Math.min(into.length, seenLength - position));
        if (count > 0) {
            System.arraycopy(seen, position, into, 0, count);
        }
        return count;
    }

    void force() {
        versionsByPage.forEach((page, versions) -> store(page, versions.get(versions.size() - 1)));
        versionsByPage.clear();
        storeLength(seenLength);
    }

    /**
     * A force that failed: some pages arrived, and the system takes the others for clean all the
     * same.
     */
    void failForce(Random random) {
        versionsByPage.forEach(
                (page, versions) -> {
                    if (random.nextBoolean()) {
                        store(page, versions.get(versions.size() - 1));
                    }
                });
        versionsByPage.clear();
        storeLength(seenLength);
    }

    /** What is left after the power came back. */
    void losePower(Random random, Survival survival) {
        versionsByPage.forEach((page, versions) -> survive(page, versions, random, survival));
        versionsByPage.clear();
        if (survival != Survival.NOTHING && random.nextBoolean()) {
            storeLength(Math.max(storedLength, seenLength));
        }
        storeLength(storedLength);
        seen = stored.clone();
        seenLength = storedLength;
    }

    void flipBit(int position, int bit) {
        seen[position] ^= (byte) (1 << bit);
        if (position < stored.length) {
            stored[position] ^= (byte) (1 << bit);
        }
    }

    private void survive(int page, List<byte[]> versions, Random random, Survival survival) {
        byte[] newest = versions.get(versions.size() - 1);
        switch (survival) {
            case NOTHING -> {}
            case EVERYTHING -> keep(page, newest);
            case PAGES -> {
                if (random.nextBoolean()) {
                    keep(page, versions.get(random.nextInt(versions.size())));
                }
            }
            case SECTORS -> {
                byte[] torn = new byte[PAGE_BYTES];
                int from = page * PAGE_BYTES;
                if (from < stored.length) {
                    System.arraycopy(stored, from, torn, 0, PAGE_BYTES);
                }
                for (int at = 0; at < PAGE_BYTES; at += SECTOR_BYTES) {
                    if (random.nextBoolean()) {
                        byte[] version = versions.get(random.nextInt(versions.size()));
                        System.arraycopy(version, at, torn, at, SECTOR_BYTES);
                    }
                }
                keep(page, torn);
            }
        }
    }

    private void keep(int page, byte[] content) {
        store(page, content);
        int end = Math.min(seenLength, (page + 1) * PAGE_BYTES);
        storedLength = Math.max(storedLength, end);
    }

    private void store(int page, byte[] content) {
        int from = page * PAGE_BYTES;
        if (from + PAGE_BYTES > stored.length) {
            stored = Arrays.copyOf(stored, Math.max(from + PAGE_BYTES, stored.length * 2));
        }
        System.arraycopy(content, 0, stored, from, PAGE_BYTES);
    }

    private void storeLength(int length) {
        storedLength = length;
        stored = Arrays.copyOf(stored, Math.max(stored.length, roundUp(length)));
    }

    private static int roundUp(int bytes) {
        return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }
}
