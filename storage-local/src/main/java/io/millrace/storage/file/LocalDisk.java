package io.millrace.storage.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The disks of this machine. */
public final class LocalDisk implements Disk {

    private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

    @Override
    public void createDirectories(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path absolute = directory.toAbsolutePath();
        for (Path at = absolute; at != null && !Files.isDirectory(at); at = at.getParent()) {
            missing.push(at);
        }
        for (Path created : missing) {
            try {
                Files.createDirectories(created);
            } catch (IOException e) {
                throw translated(e);
            }
            Path parent = created.getParent();
            if (parent != null) {
                forceDirectory(parent);
            }
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                names.add(String.valueOf(file.getFileName()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return new LocalFile(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    @Override
    public DiskFile openForReading(Path file) throws IOException {
        return new LocalFile(file, StandardOpenOption.READ);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw translated(e);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (WINDOWS) {
            return; // a directory cannot be opened there; NTFS journals names by itself
        }
        try (LocalFile opened = new LocalFile(directory, StandardOpenOption.READ)) {
            opened.forceNames();
        }
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public DiskLock lock(Path file) throws IOException {
        return LocalLock.acquire(file);
    }

    /** The JDK tells a full device from a broken one only by the system's message. */
    static IOException translated(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        boolean full =
                message.contains("No space left")
                        || message.contains("quota exceeded")
                        || message.contains("not enough space");
        return full && !(failure instanceof DiskFullException)
                ? new DiskFullException(message, failure)
                : failure;
    }
}
