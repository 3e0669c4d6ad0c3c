package io.millrace.server.messages;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Where the blocks of one destination lie, in ascending order of their first sequence: 24 bytes a
 * block.
 *
 * <p>Owned by one thread.
 */
final class BlockList {

    private long[] firstSequences = new long[4];
    private long[] offsets = new long[4];
    private int[] counts = new int[4];
    private int[] sizes = new int[4];
    private int head;
    private int tail;

    /** Adds a block behind all others. */
    void add(long firstSequence, int count, int sizeBytes, long offset) {
        if (tail == offsets.length) {
            makeRoom();
        }
        firstSequences[tail] = firstSequence;
        counts[tail] = count;
        sizes[tail] = sizeBytes;
        offsets[tail] = offset;
        tail++;
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** Index of the first block. */
    int begin() {
        return head;
    }

    /** Index after the last block. */
    int end() {
        return tail;
    }

    long firstSequence(int index) {
        return firstSequences[index];
    }

    int count(int index) {
        return counts[index];
    }

    int sizeBytes(int index) {
        return sizes[index];
    }

    long offset(int index) {
        return offsets[index];
    }

    StoredBlock block(long destinationId, int index) {
        return new StoredBlock(
                destinationId, firstSequences[index], counts[index], sizes[index], offsets[index]);
    }

    long lastSequence() {
        return isEmpty() ? 0 : firstSequences[tail - 1] + counts[tail - 1] - 1;
    }

    /** Bytes of all blocks. */
    long totalBytes() {
        long sum = 0;
        for (int index = head; index < tail; index++) {
            sum += sizes[index];
        }
        return sum;
    }

    /** Index of the first block that holds the sequence or later ones; the end if none does. */
    int findFrom(long sequence) {
        int at = Arrays.binarySearch(firstSequences, head, tail, sequence);
        int next = at >= 0 ? at : -at - 1;
        boolean insideBefore =
                next > head && sequence < firstSequences[next - 1] + counts[next - 1];
        return insideBefore ? next - 1 : next;
    }

    /** Index of the block that holds the sequence, or -1. */
    int find(long sequence) {
        int at = Arrays.binarySearch(firstSequences, head, tail, sequence);
        int index = at >= 0 ? at : -at - 2;
        boolean inside = index >= head && sequence < firstSequences[index] + counts[index];
        return inside ? index : -1;
    }

    /** Index of the first block whose offset is at or after the given one. */
    int firstAtOffset(long offset) {
        int at = Arrays.binarySearch(offsets, head, tail, offset);
        if (at < 0) {
            return -at - 1;
        }
        while (at > head && offsets[at - 1] == offset) {
            at--;
        }
        return at;
    }

    /** Drops the blocks before the index. */
    void dropBefore(int index) {
        head = index;
    }

    private void makeRoom() {
        int used = tail - head;
        int capacity = head >= offsets.length / 2 ? offsets.length : offsets.length * 2;
        firstSequences = Arrays.copyOf(Arrays.copyOfRange(firstSequences, head, tail), capacity);
        offsets = Arrays.copyOf(Arrays.copyOfRange(offsets, head, tail), capacity);
        counts = Arrays.copyOf(Arrays.copyOfRange(counts, head, tail), capacity);
        sizes = Arrays.copyOf(Arrays.copyOfRange(sizes, head, tail), capacity);
        head = 0;
        tail = used;
    }

    /** The first index from one on for which a test holds, as for all behind; else the end. */
    static int firstIndex(int from, int end, IntPredicate test) {
        int low = from;
        int high = end;
        while (low < high) {
            int middle = low + high >>> 1;
            if (test.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
