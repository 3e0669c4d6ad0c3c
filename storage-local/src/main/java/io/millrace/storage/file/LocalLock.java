package io.millrace.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock of the operating system on a file that names its holder.
 *
 * <p>On POSIX systems a process loses its lock as soon as it closes <em>any</em> descriptor of the
 * file. So a second attempt in the same process must not even open it: {@link #HELD} is asked
 * first.
 */
final class LocalLock implements DiskLock {

    private static final Logger LOG = LoggerFactory.getLogger(LocalLock.class);

    /** Real paths of the lock files that this process holds. Guarded by itself. */
    private static final Set<Path> HELD = new HashSet<>();

    /**
     * The locked byte lies far behind the text, so that others can read the text where locks are
     * mandatory.
     */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final Path LINUX_PROCESS = Path.of("/proc/self");
    private static final Path LINUX_HOST_FILE = Path.of("/proc/sys/kernel/hostname");
    private static final String WINDOWS_HOST_VARIABLE = "COMPUTERNAME";
    private static final String SHELL_HOST_VARIABLE = "HOSTNAME";

    private static final int MAX_HOLDER_BYTES = 512;

    private final Path path;
    private final FileChannel channel;
    private boolean closed;

    private LocalLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static LocalLock acquire(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path path = directory == null ? file : directory.toRealPath().resolve(file.getFileName());
        synchronized (HELD) {
            if (!HELD.add(path)) {
                throw new LockedException(self() + " (this one)");
            }
            try {
                return lockNew(path);
            } catch (IOException e) {
                HELD.remove(path);
                throw e;
            }
        }
    }

    private static LocalLock lockNew(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE);
        try {
            @Nullable FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw new LockedException(holder(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(self().getBytes(StandardCharsets.UTF_8)), 0);
            return new LocalLock(path, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() {
        synchronized (HELD) {
            if (closed) {
                return;
            }
            closed = true;
            HELD.remove(path);
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("Lock file " + path + " did not close", e);
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_HOLDER_BYTES);
        channel.read(text, 0);
        String holder = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
        return holder.isBlank() ? "another process" : holder.strip();
    }

    private static String self() {
        return "process " + processId() + " on " + host();
    }

    /** Asks Linux itself: a ProcessHandle takes 10 ms to load. */
    private static String processId() {
        try {
            return LINUX_PROCESS.toRealPath().getFileName().toString();
        } catch (IOException elsewhere) {
            return Long.toString(ProcessHandle.current().pid());
        }
    }

    /** Without asking the network: a name server that does not answer would hold up the start. */
    private static String host() {
        @Nullable String name = System.getenv(WINDOWS_HOST_VARIABLE);
        try {
            if (name == null) {
                name = Files.readString(LINUX_HOST_FILE).strip();
            }
        } catch (IOException e) {
            name = System.getenv(SHELL_HOST_VARIABLE);
        }
        return name == null || name.isBlank() ? "this host" : name;
    }
}
