package io.millrace.storage.segment;

import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog.Checkpoint;
import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a log: a file each, two kept. Owned by the log's owner.
 *
 * <pre>
 *   0  magic "MILLCHKP"   8     32  number               8
 *   8  version            4     40  up to (offset)       8
 *  12  partition          4     48  length of content    8
 *  16  log id            16     56  CRC-32C of bytes 0-55 and the content
 *                               60  (zero)               4    then the content
 * </pre>
 */
final class CheckpointFiles {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFiles.class);

    private static final long MAGIC = 0x4D494C4C43484B50L; // "MILLCHKP"
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 64;
    private static final int AT_CRC = 56;
    private static final int KEPT = 2;

    private final LogDirectory directory;
    private final UUID logId;
    private final int partition;

    /** The intact ones, oldest first, without their content. */
    private final Deque<Saved> saved = new ArrayDeque<>();

    private long lastNumber;
    private boolean damageFound;

    private record Saved(long number, long upTo) {}

    CheckpointFiles(LogDirectory directory, UUID logId, int partition) {
        this.directory = directory;
        this.logId = logId;
        this.partition = partition;
    }

    /** Looks at the files that are there; changes nothing. */
    void load(List<String> names) throws IOException {
        List<Long> numbers = LogDirectory.numbersIn(names, LogDirectory.CHECKPOINT_PREFIX, "");
        for (long number : numbers) {
            lastNumber = number;
            @Nullable Checkpoint checkpoint = read(number);
            if (checkpoint == null) {
                damageFound = true;
                LOG.warn(
                        "Checkpoint "
                                + directory.checkpoint(number)
                                + " is damaged; using an older one");
            } else {
                saved.addLast(new Saved(number, checkpoint.upTo()));
            }
        }
    }

    /** Throws if what the checkpoints stand for does not meet what the log still has. */
    void requireWithin(long startOffset, long endOffset) {
        @Nullable Saved newest = saved.peekLast();
        if (newest == null) {
            if (damageFound && startOffset > 0) {
                throw LogFailures.corrupt(
                        "Expected an intact checkpoint for offset %d, where the log begins, but all are damaged"
                                .formatted(startOffset),
                        directory.checkpoint(lastNumber));
            }
            return;
        }
        if (newest.upTo() < startOffset || newest.upTo() > endOffset) {
            throw LogFailures.corrupt(
                    "Expected a log from %d to %d to hold the end of its checkpoint %s, but that is %d: a segment file is missing"
                            .formatted(
                                    startOffset,
                                    endOffset,
                                    directory.checkpoint(newest.number()),
                                    newest.upTo()),
                    directory.checkpoint(newest.number()));
        }
    }

    /** Where replay may have to begin: the entries from here on are needed. */
    long replayStart(long ifNone) {
        @Nullable Saved oldest = saved.peekFirst();
        return oldest == null ? ifNone : oldest.upTo();
    }

    @Nullable Checkpoint latest() throws IOException {
        for (Saved candidate : newestFirst()) {
            @Nullable Checkpoint checkpoint = read(candidate.number());
            if (checkpoint != null) {
                return checkpoint;
            }
        }
        return null;
    }

    /** Stores a checkpoint; returns when it is durable. */
    void save(long upTo, byte[] content) throws IOException {
        long number = lastNumber + 1;
        Path temporary = directory.temporaryCheckpoint();
        directory.disk().delete(temporary);
        try (DiskFile file = directory.disk().open(temporary)) {
            file.write(0, header(number, upTo, content));
            file.write(HEADER_BYTES, ByteBuffer.wrap(content));
            file.force();
        }
        directory.disk().rename(temporary, directory.checkpoint(number));
        directory.force();
        lastNumber = number;
        saved.addLast(new Saved(number, upTo));
        while (saved.size() > KEPT) {
            directory.disk().delete(directory.checkpoint(saved.removeFirst().number()));
        }
    }

    /** Names of files that {@link #load} saw and that nothing needs any more. */
    List<Path> superfluous(List<String> names) {
        Set<Long> kept = new HashSet<>();
        List<Saved> newestFirst = newestFirst();
        for (Saved each : newestFirst.subList(0, Math.min(KEPT, newestFirst.size()))) {
            kept.add(each.number());
        }
        List<Path> superfluous = new ArrayList<>();
        for (long number : LogDirectory.numbersIn(names, LogDirectory.CHECKPOINT_PREFIX, "")) {
            if (!kept.contains(number)) {
                superfluous.add(directory.checkpoint(number));
            }
        }
        return superfluous;
    }

    private List<Saved> newestFirst() {
        List<Saved> newestFirst = new ArrayList<>(saved);
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    private ByteBuffer header(long number, long upTo, byte[] content) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC).putInt(VERSION).putInt(partition);
        header.putLong(logId.getMostSignificantBits()).putLong(logId.getLeastSignificantBits());
        header.putLong(number).putLong(upTo).putLong(content.length);
        header.putInt(checksum(header.array(), content));
        return header.clear();
    }

    /** What a file holds, or null if it is damaged. Changes nothing. */
    @Nullable Checkpoint read(long number) throws IOException {
        try (DiskFile file = directory.disk().openForReading(directory.checkpoint(number))) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            long length = file.length() - HEADER_BYTES;
            if (length < 0 || length > Integer.MAX_VALUE || file.read(0, header) < HEADER_BYTES) {
                return null;
            }
            header.flip();
            boolean ours =
                    header.getLong() == MAGIC
                            && header.getInt() == VERSION
                            && header.getInt() == partition
                            && header.getLong() == logId.getMostSignificantBits()
                            && header.getLong() == logId.getLeastSignificantBits()
                            && header.getLong() == number;
            long upTo = header.getLong();
            if (!ours || header.getLong() != length) {
                return null;
            }
            byte[] content = new byte[(int) length];
            file.read(HEADER_BYTES, ByteBuffer.wrap(content));
            return header.getInt() == checksum(header.array(), content)
                    ? new Checkpoint(upTo, content)
                    : null;
        }
    }

    private static int checksum(byte[] header, byte[] content) {
        CRC32C checksum = new CRC32C();
        checksum.update(header, 0, AT_CRC);
        checksum.update(content, 0, content.length);
        return (int) checksum.getValue();
    }

    LogFailure failure(IOException cause) {
        return LogFailures.of("store a checkpoint in", directory.path(), cause);
    }
}
