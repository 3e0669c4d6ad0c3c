package io.millrace.storage.segment;

import io.millrace.storage.file.Disk;
import io.millrace.storage.file.DiskFile;
import io.millrace.storage.file.DiskLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk that says it has forced what it has not: the planted mistake that the power-loss test must
 * notice.
 */
final class LyingDisk implements Disk {

    /** What it lies about. */
    enum Lie {
        FORCE,
        FORCE_DIRECTORY
    }

    private final Disk disk;
    private final Lie lie;

    LyingDisk(Disk disk, Lie lie) {
        this.disk = disk;
        this.lie = lie;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return disguised(disk.open(file));
    }

    @Override
    public DiskFile openForReading(Path file) throws IOException {
        return disk.openForReading(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (lie != Lie.FORCE_DIRECTORY) {
            disk.forceDirectory(directory);
        }
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return disk.usableBytes(directory);
    }

    @Override
    public DiskLock lock(Path file) throws IOException {
        return disk.lock(file);
    }

    private DiskFile disguised(DiskFile file) {
        return new DiskFile() {
            @Override
            public void write(long position, ByteBuffer bytes) throws IOException {
                file.write(position, bytes);
            }

            @Override
            public int read(long position, ByteBuffer bytes) throws IOException {
                return file.read(position, bytes);
            }

            @Override
            public void force() throws IOException {
                if (lie != Lie.FORCE) {
                    file.force();
                }
            }

            @Override
            public long length() throws IOException {
                return file.length();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
