package io.millrace.storage.segment;

import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files for segments to come: zeroed ahead, or taken over from forgotten segments.
 *
 * <p>The flusher takes them; the background prepares them and gives them back. Guarded by itself.
 */
final class SpareFiles {

    private static final Logger LOG = LoggerFactory.getLogger(SpareFiles.class);

    /** So much is zeroed between two forces, so that appends never queue behind a large flush. */
    private static final long PREPARE_STEP_BYTES = 4 << 20;

    private final LogDirectory directory;
    private final Flusher flusher;
    private final SegmentLimits limits;
    private final Deque<Path> free = new ArrayDeque<>();
    private long nextNumber;
    private int tasks;
    private boolean preparing;
    private boolean givingBackFailed;
    private boolean closed;

    /**
     * @param found free files that are already there
     * @param nextNumber the first number that no spare file has
     */
    SpareFiles(
            LogDirectory directory,
            Flusher flusher,
            SegmentLimits limits,
            Deque<Path> found,
            long nextNumber) {
        this.directory = directory;
        this.flusher = flusher;
        this.limits = limits;
        this.free.addAll(found);
        this.nextNumber = nextNumber;
    }

    /** A free file, or the name for a new one that grows as it is written. */
    synchronized Path takeOrName() {
        @Nullable Path path = free.poll();
        return path == null ? directory.newSpare(nextNumber++) : path;
    }

    /** Begins to prepare a file unless there is one. Cheap when there is nothing to do. */
    synchronized void prepareIfNone() {
        if (free.isEmpty() && !preparing && limits.spareFiles() > 0) {
            preparing = true;
            run(this::prepare);
        }
    }

    /** Gives the file of a forgotten segment back, for reuse or to the file system. */
    synchronized void giveBack(Segment segment) {
        run(() -> reuseOrDelete(segment));
    }

    /** Waits for what runs; begins nothing new. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        flusher.await(this, () -> tasks == 0);
    }

    private void run(Runnable task) {
        if (closed) {
            return;
        }
        tasks++;
        flusher.runInBackground(
                () -> {
                    try {
                        task.run();
                    } finally {
                        synchronized (this) {
                            tasks--;
                            notifyAll();
                        }
                    }
                });
    }

    private void prepare() {
        long number;
        synchronized (this) {
            number = nextNumber++;
        }
        Path unfinished = directory.newSpare(number);
        Path finished = directory.spare(number);
        boolean ready = false;
        try {
            ready = zeroed(unfinished);
            if (ready) {
                directory.disk().rename(unfinished, finished);
                directory.force();
            }
        } catch (IOException e) {
            ready = false;
            LOG.warn("Segment file " + unfinished + " could not be prepared", e);
            discard(unfinished);
        }
        synchronized (this) {
            preparing = false;
            if (ready) {
                free.add(finished);
            }
        }
    }

    private void discard(Path unfinished) {
        try {
            directory.disk().delete(unfinished);
        } catch (IOException e) {
            LOG.warn("Segment file " + unfinished + " was left unfinished", e);
        }
    }

    private boolean zeroed(Path path) throws IOException {
        if (directory.disk().usableBytes(directory.path()) < 3L * limits.segmentBytes()) {
            // What is left is for what has to be written now.
            return false;
        }
        try (DiskFile file = directory.disk().open(path)) {
            for (long at = 0; at < limits.segmentBytes(); at += PREPARE_STEP_BYTES) {
                synchronized (this) {
                    if (closed) {
                        return false;
                    }
                }
                long end = Math.min(limits.segmentBytes(), at + PREPARE_STEP_BYTES);
                SegmentWriter.zero(file, at, end);
                file.force();
            }
        }
        return true;
    }

    /**
     * Takes a segment out of the directory. The names are forced one by one, oldest segment first,
     * so that a power loss never leaves a gap in the middle of the chain; after a failure nothing
     * younger is taken out for the same reason.
     */
    private void reuseOrDelete(Segment segment) {
        boolean unread = segment.forget();
        Path spare;
        synchronized (this) {
            if (givingBackFailed) {
                return;
            }
            boolean wanted =
                    unread
                            && free.size() < limits.spareFiles()
                            && segment.header().capacityBytes() == limits.segmentBytes();
            spare = wanted ? directory.spare(nextNumber++) : segment.path();
        }
        try {
            directory.disk().delete(directory.footer(segment.base()));
            if (spare.equals(segment.path())) {
                directory.disk().delete(spare);
            } else {
                directory.disk().rename(segment.path(), spare);
            }
            directory.force();
        } catch (IOException e) {
            LOG.warn("Segment file " + segment.path() + " was not given back", e);
            synchronized (this) {
                givingBackFailed = true;
            }
            return;
        }
        if (!spare.equals(segment.path())) {
            synchronized (this) {
                free.add(spare);
            }
        }
    }
}
