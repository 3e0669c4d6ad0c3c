package io.millrace.jms.message;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a body that may be large: in memory up to 4 MiB, beyond in a temporary file.
 *
 * <p>The file has no name any more once it is open, where the system allows that: its space is free
 * when the last message that has it is, or when the process ends, however that happens. It is read
 * without a channel, as an interrupt of the application's thread would close one. Once written it
 * does not change, and several messages may have it.
 */
public final class LargeBody {

    /** More than this is written to a file, in bytes. */
    static final int MEMORY_BYTES = 4 << 20;

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final byte[] memory;
    private final int memoryAt;
    private final int length;

    /** Has the bytes instead of the memory; null for those in memory. Guarded by itself. */
    private final @Nullable RandomAccessFile file;

    private LargeBody(byte[] memory, int memoryAt, int length, @Nullable RandomAccessFile file) {
        this.memory = memory;
        this.memoryAt = memoryAt;
        this.length = length;
        this.file = file;
    }

    /** A slice of an array that nobody changes. */
    static LargeBody inMemory(byte[] array, int at, int length) {
        return new LargeBody(array, at, length, null);
    }

    /** How many bytes there are. */
    public int length() {
        return length;
    }

    /** Whether the bytes are in a file. */
    boolean isInFile() {
        return file != null;
    }

    /** All bytes, in an array that nobody may change. */
    byte[] bytes() throws IOException {
        if (file == null && memoryAt == 0 && memory.length == length) {
            return memory;
        }
        byte[] all = new byte[length];
        read(0, all, 0, length);
        return all;
    }

    /** Copies some of the bytes. */
    void read(int from, byte[] to, int at, int count) throws IOException {
        Objects.checkFromIndexSize(from, count, length);
        RandomAccessFile stored = file;
        if (stored == null) {
            System.arraycopy(memory, memoryAt + from, to, at, count);
        } else {
            synchronized (stored) {
                stored.seek(from);
                stored.readFully(to, at, count);
            }
        }
    }

    /** A stream of all bytes. */
    public InputStream stream() {
        return new Reading();
    }

    /** Writes all bytes, and does not close the stream. */
    void writeTo(OutputStream to) throws IOException {
        byte[] buffer = new byte[Math.min(BUFFER_BYTES, length)];
        for (int at = 0; at < length; ) {
            int count = Math.min(buffer.length, length - at);
            read(at, buffer, 0, count);
            to.write(buffer, 0, count);
            at += count;
        }
    }

    private final class Reading extends InputStream {

        private int next;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] to, int at, int count) throws IOException {
            Objects.checkFromIndexSize(at, count, to.length);
            if (count > 0 && next == length) {
                return -1;
            }
            int some = Math.min(count, length - next);
            LargeBody.this.read(next, to, at, some);
            next += some;
            return some;
        }
    }

    /** Takes bytes one after the other, and is a body once all are there. */
    public static final class Writer extends OutputStream {

        private byte[] memory = NOTHING;
        private int length;
        private @Nullable RandomAccessFile file;
        private boolean finished;

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] from, int at, int count) throws IOException {
            int grown = Math.addExact(length, count);
            RandomAccessFile stored = file;
            if (stored == null && grown > MEMORY_BYTES) {
                stored = unnamed();
                file = stored;
                stored.write(memory, 0, length);
                memory = NOTHING;
            }
            if (stored != null) {
                stored.write(from, at, count);
            } else {
                if (grown > memory.length) {
                    memory = Arrays.copyOf(memory, Math.max(grown, 2 * memory.length));
                }
                System.arraycopy(from, at, memory, length, count);
            }
            length = grown;
        }

        /** The body; nothing is written any more. */
        public LargeBody finish() {
            finished = true;
            return new LargeBody(memory, 0, length, file);
        }

        /** Gives the file back, unless a body has it. */
        @Override
        public void close() throws IOException {
            RandomAccessFile stored = file;
            if (!finished && stored != null) {
                stored.close();
            }
        }

        private static RandomAccessFile unnamed() throws IOException {
            File named = File.createTempFile("millrace-body-", ".tmp");
            RandomAccessFile opened = new RandomAccessFile(named, "rw");
            if (!named.delete()) {
                // Not every system lets an open file go.
                named.deleteOnExit();
            }
            return opened;
        }
    }
}
