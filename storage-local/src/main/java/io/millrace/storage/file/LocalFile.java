package io.millrace.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of this machine.
 *
 * <p>A {@link FileChannel} closes itself for everybody when a thread that uses it is interrupted. A
 * log must not die of a reader's interrupt, so the channel is opened again then, the call repeated,
 * and the interrupt handed on afterwards.
 */
final class LocalFile implements DiskFile {

    private final Path path;
    private final OpenOption[] reopening;
    private volatile FileChannel channel;
    private volatile boolean closed;

    private interface Call {
        long on(FileChannel channel) throws IOException;
    }

    LocalFile(Path path, OpenOption... options) throws IOException {
        this.path = path;
        this.reopening =
                options.length == 1
                        ? new OpenOption[] {StandardOpenOption.READ}
                        : new OpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE};
        try {
            this.channel = FileChannel.open(path, options);
        } catch (IOException e) {
            throw LocalDisk.translated(e);
        }
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
        int begin = bytes.position();
        uninterrupted(
                open -> {
                    bytes.position(begin);
                    while (bytes.hasRemaining()) {
                        open.write(bytes, position + bytes.position() - begin);
                    }
                    return 0;
                });
    }

    @Override
    public int read(long position, ByteBuffer bytes) throws IOException {
        int begin = bytes.position();
        return (int)
                uninterrupted(
                        open -> {
                            bytes.position(begin);
                            while (bytes.hasRemaining()) {
                                if (open.read(bytes, position + bytes.position() - begin) < 0) {
                                    break;
                                }
                            }
                            return bytes.position() - begin;
                        });
    }

    @Override
    public void force() throws IOException {
        uninterrupted(
                open -> {
                    open.force(false);
                    return 0;
                });
    }

    /** For a directory: its names are what other files call metadata. */
    void forceNames() throws IOException {
        uninterrupted(
                open -> {
                    open.force(true);
                    return 0;
                });
    }

    @Override
    public long length() throws IOException {
        return uninterrupted(FileChannel::size);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }

    private long uninterrupted(Call call) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                FileChannel open = channel;
                try {
                    return call.on(open);
                } catch (ClosedChannelException e) {
                    reopen(open, e);
                }
            }
        } catch (IOException e) {
            throw LocalDisk.translated(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void reopen(FileChannel broken, ClosedChannelException cause)
            throws IOException {
        if (closed) {
            throw cause;
        }
        if (channel == broken) {
            channel = FileChannel.open(path, reopening);
        }
    }
}
