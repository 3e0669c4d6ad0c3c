package io.millrace.core.log;

/**
 * The bytes of one entry as slices of plain arrays, so that a batch of messages is never copied
 * before the log copies it.
 *
 * <p>Owned by the thread that fills it until it is appended; never changed afterwards.
 */
public final class EntryBody {

    private static final int INITIAL_SLICES = 8;

    private byte[][] arrays = new byte[INITIAL_SLICES][];
    private int[] offsets = new int[INITIAL_SLICES];
    private int[] lengths = new int[INITIAL_SLICES];
    private int sliceCount;
    private int sizeBytes;

    /** A body of one array. */
    public static EntryBody of(byte[] bytes) {
        return new EntryBody().add(bytes, 0, bytes.length);
    }

    /** Adds a slice at the end. The bytes are referenced, not copied. */
    public EntryBody add(byte[] array, int offset, int length) {
        if (sliceCount == arrays.length) {
            grow();
        }
        arrays[sliceCount] = array;
        offsets[sliceCount] = offset;
        lengths[sliceCount] = length;
        sliceCount++;
        sizeBytes = Math.addExact(sizeBytes, length);
        return this;
    }

    /** Total length in bytes. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** Number of slices. */
    public int sliceCount() {
        return sliceCount;
    }

    /** The array of slice {@code index}. */
    public byte[] array(int index) {
        return arrays[index];
    }

    /** Where slice {@code index} begins in its array. */
    public int offset(int index) {
        return offsets[index];
    }

    /** How many bytes slice {@code index} has. */
    public int length(int index) {
        return lengths[index];
    }

    /** All slices joined in a new array. */
    public byte[] toByteArray() {
        byte[] joined = new byte[sizeBytes];
        int at = 0;
        for (int slice = 0; slice < sliceCount; slice++) {
            System.arraycopy(arrays[slice], offsets[slice], joined, at, lengths[slice]);
            at += lengths[slice];
        }
        return joined;
    }

    private void grow() {
        arrays = java.util.Arrays.copyOf(arrays, sliceCount * 2);
        offsets = java.util.Arrays.copyOf(offsets, sliceCount * 2);
        lengths = java.util.Arrays.copyOf(lengths, sliceCount * 2);
    }
}
