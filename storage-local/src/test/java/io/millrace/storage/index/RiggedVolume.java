package io.millrace.storage.index;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mapdb.DataInput2;
import org.mapdb.volume.RandomAccessFileVol;
import org.mapdb.volume.Volume;

/** A file on a disk that has so many bytes, and that fails when it is told to. */
final class RiggedVolume extends Volume {

    private final Volume file;
    private final long spaceBytes;

    /** What reading throws; null for nothing. */
    @Nullable Error whenRead;

    RiggedVolume(Path file, long spaceBytes) {
        this.file = new RandomAccessFileVol(file.toFile(), false, -1, 0);
        this.spaceBytes = spaceBytes;
    }

    private void read() {
        if (whenRead != null) {
            throw whenRead;
        }
    }

    @Override
    public void ensureAvailable(long offset) {
        if (offset > spaceBytes) {
            throw new UncheckedIOException(new IOException("No space left on device"));
        }
        file.ensureAvailable(offset);
    }

    @Override
    public void truncate(long size) {
        file.truncate(size);
    }

    @Override
    public void putLong(long offset, long value) {
        file.putLong(offset, value);
    }

    @Override
    public void putInt(long offset, int value) {
        file.putInt(offset, value);
    }

    @Override
    public void putByte(long offset, byte value) {
        file.putByte(offset, value);
    }

    @Override
    public void putData(long offset, byte[] source, int from, int length) {
        file.putData(offset, source, from, length);
    }

    @Override
    public void putData(long offset, ByteBuffer source) {
        file.putData(offset, source);
    }

    @Override
    public long getLong(long offset) {
        read();
        return file.getLong(offset);
    }

    @Override
    public int getInt(long offset) {
        read();
        return file.getInt(offset);
    }

    @Override
    public byte getByte(long offset) {
        read();
        return file.getByte(offset);
    }

    @Override
    public DataInput2 getDataInput(long offset, int size) {
        read();
        return file.getDataInput(offset, size);
    }

    @Override
    public void getData(long offset, byte[] bytes, int at, int size) {
        read();
        file.getData(offset, bytes, at, size);
    }

    @Override
    public void close() {
        file.close();
    }

    @Override
    public boolean isClosed() {
        return file.isClosed();
    }

    @Override
    public void sync() {
        file.sync();
    }

    @Override
    public int sliceSize() {
        return file.sliceSize();
    }

    @Override
    public boolean isSliced() {
        return file.isSliced();
    }

    @Override
    public long length() {
        return file.length();
    }

    @Override
    public boolean isReadOnly() {
        return file.isReadOnly();
    }

    @Override
    public @Nullable File getFile() {
        return file.getFile();
    }

    @Override
    public boolean getFileLocked() {
        return file.getFileLocked();
    }

    @Override
    public void clear(long start, long end) {
        file.clear(start, end);
    }
}
