package io.millrace.storage.simulated;

import io.millrace.storage.file.Disk;
import io.millrace.storage.file.DiskFile;
import io.millrace.storage.file.DiskFullException;
import io.millrace.storage.file.DiskLock;
import io.millrace.storage.file.LockedException;
import io.millrace.storage.simulated.Fault.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that can lose power, run full, break, and rot.
 *
 * <p>It promises no more than the port does, and is as mean as that allows: after {@link #restart},
 * of everything that was not forced any part may be there and any part missing; pages are torn; a
 * creation, renaming or deletion that was not forced with its directory may or may not have
 * happened, each by itself, whatever their order. A force that fails leaves pages that look clean
 * and are not stored.
 *
 * <p>The same seed and the same calls give the same losses. Guarded by itself.
 */
public final class SimulatedDisk implements Disk {

    private static final long NEVER = Long.MAX_VALUE;

    private final Random random;
    private final Names names = new Names();
    private final Set<Path> locked = new HashSet<>();
    private Fault fault = Fault.NONE;
    private long capacityBytes = Long.MAX_VALUE;
    private long usable = Long.MAX_VALUE;
    private long operationsLeft = NEVER;
    private int boot;
    private boolean off;

    public SimulatedDisk(long seed) {
        this.random = new Random(seed);
    }

    // --- what tests do to it ---

    /** Cuts the power in the middle of the n-th write, force or change of a name from now on. */
    public synchronized void cutPowerAfter(int operations) {
        operationsLeft = operations;
    }

    /** Cuts the power now: everything fails until {@link #restart}. */
    public synchronized void cutPower() {
        off = true;
    }

    public synchronized boolean isOff() {
        return off;
    }

    /** Switches the machine on again. Files opened before stay dead; locks are gone. */
    public synchronized void restart(Survival survival) {
        names.losePower(random, survival);
        locked.clear();
        operationsLeft = NEVER;
        boot++;
        off = false;
    }

    /**
     * Kills the process that uses the disk: its files and locks are gone, but what it wrote is in
     * the system's cache.
     */
    public synchronized void killProcess() {
        locked.clear();
        operationsLeft = NEVER;
        boot++;
        off = false;
    }

    /** From now on asks this before each operation. */
    public synchronized void faults(Fault next) {
        fault = next;
    }

    /** From now on all files together get no longer than this. */
    public synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    /** From now on says that there is so much space left; what is written is taken as before. */
    public synchronized void usable(long bytes) {
        usable = bytes;
    }

    /** Damages a stored byte. */
    public synchronized void flipBit(Path file, int position, int bit) {
        Inode inode = names.get(key(file));
        if (inode == null) {
            throw new IllegalArgumentException("Expected a file, but there is no " + file);
        }
        inode.flipBit(position, bit);
    }

    // --- the port ---

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        requirePower(boot);
    }

    @Override
    public synchronized List<String> list(Path directory) throws IOException {
        requirePower(boot);
        return names.in(key(directory));
    }

    @Override
    public synchronized DiskFile open(Path file) throws IOException {
        Path key = key(file);
        Inode inode = names.get(key);
        if (inode == null) {
            before(Operation.CREATE, key);
            inode = names.create(key);
        }
        return new OpenFile(key, inode, boot);
    }

    @Override
    public synchronized DiskFile openForReading(Path file) throws IOException {
        requirePower(boot);
        Inode inode = names.get(key(file));
        if (inode == null) {
            throw new NoSuchFileException(file.toString());
        }
        return new OpenFile(key(file), inode, boot);
    }

    @Override
    public synchronized long usableBytes(Path directory) throws IOException {
        requirePower(boot);
        return usable;
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        before(Operation.RENAME, key(from));
        if (names.get(key(from)) == null) {
            throw new NoSuchFileException(from.toString());
        }
        names.rename(key(from), key(to));
        cutIfDue();
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        before(Operation.DELETE, key(file));
        names.delete(key(file));
        cutIfDue();
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        before(Operation.FORCE_DIRECTORY, key(directory));
        cutIfDue();
        names.force(key(directory));
    }

    @Override
    public synchronized DiskLock lock(Path file) throws IOException {
        requirePower(boot);
        Path key = key(file);
        if (!locked.add(key)) {
            throw new LockedException("another user of the simulated disk");
        }
        int lockedAt = boot;
        return () -> unlock(key, lockedAt);
    }

    private synchronized void unlock(Path key, int lockedAt) {
        if (lockedAt == boot) {
            locked.remove(key);
        }
    }

    private final class OpenFile implements DiskFile {

        private final Path path;
        private final Inode inode;
        private final int openedAt;

        OpenFile(Path path, Inode inode, int openedAt) {
            this.path = path;
            this.inode = inode;
            this.openedAt = openedAt;
        }

        @Override
        public void write(long position, ByteBuffer bytes) throws IOException {
            synchronized (SimulatedDisk.this) {
                requirePower(openedAt);
                byte[] all = new byte[bytes.remaining()];
                bytes.get(all);
                @Nullable IOException failure = null;
                try {
                    before(Operation.WRITE, path);
                    requireRoom(inode.growthBy(position + all.length));
                    cutIfDue();
                } catch (IOException e) {
                    failure = e;
                }
                int written = failure == null ? all.length : random.nextInt(all.length + 1);
                if (!(failure instanceof DiskFullException)) {
                    inode.write((int) position, all, written);
                }
                if (failure != null) {
                    throw failure;
                }
            }
        }

        @Override
        public int read(long position, ByteBuffer bytes) throws IOException {
            synchronized (SimulatedDisk.this) {
                requirePower(openedAt);
                fault.before(Operation.READ, path);
                byte[] into = new byte[bytes.remaining()];
                int count = inode.read((int) position, into);
                bytes.put(into, 0, count);
                return count;
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedDisk.this) {
                requirePower(openedAt);
                try {
                    before(Operation.FORCE, path);
                } catch (IOException e) {
                    inode.failForce(random);
                    throw e;
                }
                cutIfDue();
                inode.force();
            }
        }

        @Override
        public long length() throws IOException {
            synchronized (SimulatedDisk.this) {
                requirePower(openedAt);
                return inode.length();
            }
        }

        @Override
        public void close() {
            // Nothing to give back.
        }
    }

    private void before(Operation operation, Path file) throws IOException {
        requirePower(boot);
        fault.before(operation, file);
        if (operationsLeft != NEVER) {
            operationsLeft--;
        }
    }

    private void cutIfDue() throws PowerOffException {
        if (operationsLeft <= 0) {
            off = true;
            throw new PowerOffException();
        }
    }

    private void requireRoom(long growth) throws DiskFullException {
        long used = 0;
        for (Inode inode : names.inodes()) {
            used += inode.length();
        }
        if (used + growth > capacityBytes) {
            throw new DiskFullException("No space left on simulated disk", null);
        }
    }

    private void requirePower(int openedAt) throws PowerOffException {
        if (off || openedAt != boot) {
            throw new PowerOffException();
        }
    }

    private static Path key(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
