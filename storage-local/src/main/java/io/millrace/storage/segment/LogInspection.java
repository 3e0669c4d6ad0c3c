package io.millrace.storage.segment;

import io.millrace.core.log.PartitionLog.Checkpoint;
import io.millrace.storage.file.Disk;
import io.millrace.storage.file.DiskFile;
import io.millrace.storage.segment.LogFault.Kind;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the files of a log, whatever their state, and changes none: opens them for reading only,
 * takes no lock, claims no epoch. May run beside the broker that has the log open; then it sees
 * what was written when it came by, and segments that are given back meanwhile are {@link
 * LogFault.Kind#FORGOTTEN}.
 *
 * <p>Holds one entry in memory at a time, and only if its body is wanted. Owned by one thread.
 */
public final class LogInspection {

    /** As an offset: to the end of the log. */
    public static final long END = Long.MAX_VALUE;

    private final LogDirectory directory;
    private final LogSurvey survey;

    private LogInspection(LogDirectory directory, LogSurvey survey) {
        this.directory = directory;
        this.survey = survey;
    }

    /**
     * Reads the names, the headers of all segments and the checkpoints in a directory.
     *
     * @throws IOException if the device refuses
     */
    public static LogInspection of(Disk disk, Path path) throws IOException {
        LogDirectory directory = new LogDirectory(disk, path);
        return new LogInspection(directory, LogSurvey.of(directory));
    }

    /** Whether there is a log, whole or not. */
    public boolean isLog() {
        return !LogDirectory.numbersIn(survey.names(), "", LogDirectory.SEGMENT_SUFFIX).isEmpty()
                || !survey.checkpoints().isEmpty();
    }

    /** The directory. */
    public Path path() {
        return directory.path();
    }

    LogDirectory directory() {
        return directory;
    }

    LogSurvey survey() {
        return survey;
    }

    /** Number of the partition, as most segments say. */
    public int partition() {
        return survey.partition();
    }

    /** Id of the log, as most segments say; null if no file tells it. */
    public @Nullable UUID logId() {
        return survey.logId();
    }

    /** Names of all files, sorted. */
    public List<String> names() {
        return List.copyOf(survey.names());
    }

    /** The segments whose header was read, or rescued; oldest first. */
    public List<SegmentFile> segments() {
        return List.copyOf(survey.segments());
    }

    /** All checkpoints, oldest first. */
    public List<CheckpointFile> checkpoints() {
        return List.copyOf(survey.checkpoints());
    }

    /** Offset of the first entry, by the first segment. */
    public long startOffset() {
        List<SegmentFile> segments = survey.segments();
        return segments.isEmpty() ? 0 : segments.get(0).base();
    }

    /** What a checkpoint holds, or null if it is damaged. */
    public byte @Nullable [] content(CheckpointFile checkpoint) throws IOException {
        UUID logId = survey.logId();
        if (logId == null) {
            return null;
        }
        @Nullable Checkpoint read =
                new CheckpointFiles(directory, logId, survey.partition()).read(checkpoint.number());
        return read == null ? null : read.content();
    }

    /** The newest intact checkpoint at which a replay can begin, or null if there is none. */
    public @Nullable CheckpointFile newestUsable(long endOffset) {
        List<CheckpointFile> all = survey.checkpoints();
        for (int index = all.size() - 1; index >= 0; index--) {
            CheckpointFile each = all.get(index);
            if (each.intact() && each.upTo() >= startOffset() && each.upTo() <= endOffset) {
                return each;
            }
        }
        return null;
    }

    /**
     * Reads and checks all records of all segments. What is wrong with names, headers and other
     * files is shown first, what is wrong with checkpoints last.
     *
     * @return offset after the last entry
     * @throws IOException never for a damaged file, and not for one that the device refuses to
     *     read: that is a fault too
     */
    public long verify(LogVisitor visitor) throws IOException {
        survey.faults().forEach(visitor::fault);
        long end = walk(0, END, visitor);
        new CheckpointVerdicts(this, end).show(visitor);
        return end;
    }

    /**
     * Shows entries from the first at or after an offset to the last before another one, and what
     * is wrong with the segments that hold them. The records before them in the same segment are
     * read too, for nothing else tells where an entry begins.
     *
     * @return offset after the last entry that was read
     */
    public long walk(long from, long until, LogVisitor visitor) throws IOException {
        long at = SegmentFile.UNKNOWN;
        for (SegmentFile segment : survey.segments()) {
            if (segment.base() >= until) {
                break;
            }
            if (at != SegmentFile.UNKNOWN && segment.base() > at) {
                missing(at, segment, visitor);
            }
            boolean before =
                    segment.knownEnd() != SegmentFile.UNKNOWN && segment.knownEnd() <= from;
            at = before ? segment.knownEnd() : walk(segment, from, until, visitor);
        }
        return at == SegmentFile.UNKNOWN ? 0 : at;
    }

    /**
     * Shows the seals of the segments that hold something of a stretch, and nothing else.
     *
     * @throws IOException if the device refuses
     */
    public void showSeals(long from, long until, LogVisitor visitor) throws IOException {
        for (SegmentFile segment : survey.segments()) {
            if (segment.base() < until && segment.knownEnd() > from) {
                try (DiskFile file = directory.disk().openForReading(segment.path())) {
                    new SegmentWalk(directory, segment, file, from, visitor).showSeal();
                }
            }
        }
    }

    private static void missing(long from, SegmentFile next, LogVisitor visitor) {
        visitor.fault(
                LogFault.entries(
                        Kind.MISSING,
                        next.path(),
                        0,
                        from,
                        next.base(),
                        "the segments between offset " + from + " and this one are missing"));
    }

    private long walk(SegmentFile segment, long from, long until, LogVisitor visitor)
            throws IOException {
        long nextBase = segment.isLast() ? segment.base() : nextBase(segment);
        try (DiskFile file = directory.disk().openForReading(segment.path())) {
            SegmentWalk walk = new SegmentWalk(directory, segment, file, from, visitor);
            long end = walk.run(until);
            if (walk.wasForgotten()) {
                forgotten(segment, visitor);
                return nextBase;
            }
            return end;
        } catch (NoSuchFileException e) {
            forgotten(segment, visitor);
            return nextBase;
        } catch (IOException e) {
            visitor.fault(
                    new LogFault(
                            Kind.UNREADABLE,
                            segment.path(),
                            0,
                            segment.base(),
                            nextBase,
                            "the device refuses to read the file (" + e + ")",
                            "perhaps nothing: it cannot be told before the file can be read",
                            "look at the system's log, repair or replace the disk"));
            return nextBase;
        }
    }

    private long nextBase(SegmentFile segment) {
        List<SegmentFile> all = survey.segments();
        return all.get(all.indexOf(segment) + 1).base();
    }

    private static void forgotten(SegmentFile segment, LogVisitor visitor) {
        visitor.fault(
                LogFault.of(
                        Kind.FORGOTTEN,
                        segment.path(),
                        0,
                        segment.base(),
                        "a broker gave the file back while it was looked at"));
    }
}
