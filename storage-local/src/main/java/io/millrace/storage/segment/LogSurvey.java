package io.millrace.storage.segment;

import io.millrace.core.log.PartitionLog.Checkpoint;
import io.millrace.storage.file.DiskFile;
import io.millrace.storage.segment.LogFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What files a log's directory has, by their names and headers, whatever their state. Unlike {@link
 * SegmentChain} it refuses nothing and notes everything.
 */
final class LogSurvey {

    private static final int CHECKPOINT_HEADER_BYTES = 64;
    private static final int CHECKPOINT_LOG_ID_AT = 16;
    private static final int MAX_EPOCH_BYTES = 32;
    private static final long NOT_KNOWN = -1;

    private final LogDirectory directory;
    private final List<String> names;
    private final List<Found> found = new ArrayList<>();
    private final List<LogFault> faults = new ArrayList<>();
    private final List<SegmentFile> segments = new ArrayList<>();
    private final List<CheckpointFile> checkpoints = new ArrayList<>();
    private final List<Path> lostSegments = new ArrayList<>();
    private @Nullable UUID logId;
    private int partition;
    private int lastGeneration;

    /** A segment file before its neighbours are known. */
    private record Found(
            Path path, long base, long fileBytes, @Nullable SegmentHeader header, boolean intact) {}

    private LogSurvey(LogDirectory directory, List<String> names) {
        this.directory = directory;
        this.names = names;
    }

    static LogSurvey of(LogDirectory directory) throws IOException {
        List<String> names = new ArrayList<>(directory.list());
        names.sort(null);
        LogSurvey survey = new LogSurvey(directory, names);
        survey.findSegments();
        survey.identify();
        survey.rescueHeaders();
        survey.link();
        survey.findCheckpoints();
        survey.findOthers();
        return survey;
    }

    /** Names of all files, sorted. */
    List<String> names() {
        return names;
    }

    /** Those with a header, read or rescued; oldest first. */
    List<SegmentFile> segments() {
        return segments;
    }

    /** Segment files whose header is lost, together with all that is in them. */
    List<Path> lostSegments() {
        return lostSegments;
    }

    List<CheckpointFile> checkpoints() {
        return checkpoints;
    }

    List<LogFault> faults() {
        return faults;
    }

    /** Null if no file tells it. */
    @Nullable UUID logId() {
        return logId;
    }

    int partition() {
        return partition;
    }

    /** One that no segment has; another one each time. */
    int nextGeneration() {
        for (SegmentFile segment : segments) {
            lastGeneration = Math.max(lastGeneration, segment.generation());
        }
        return ++lastGeneration;
    }

    private void findSegments() throws IOException {
        for (long base : LogDirectory.numbersIn(names, "", LogDirectory.SEGMENT_SUFFIX)) {
            Path path = directory.segment(base);
            try (DiskFile file = directory.disk().openForReading(path)) {
                byte[] page = new byte[SegmentHeader.PAGE_BYTES];
                file.read(0, ByteBuffer.wrap(page));
                SegmentHeader header = SegmentHeader.decode(page);
                boolean intact = header != null && header.baseOffset() == base;
                found.add(new Found(path, base, file.length(), intact ? header : null, intact));
            } catch (NoSuchFileException e) {
                forgotten(path, base);
            }
        }
    }

    private void forgotten(Path path, long base) {
        faults.add(
                LogFault.of(
                        Kind.FORGOTTEN,
                        path,
                        0,
                        base,
                        "a broker gave the file back while it was looked at"));
    }

    /** The log is the one that most segments are of. */
    private void identify() throws IOException {
        Map<UUID, Integer> votes = new HashMap<>();
        int most = 0;
        for (Found each : found) {
            SegmentHeader header = each.header();
            if (header != null && votes.merge(header.logId(), 1, Integer::sum) > most) {
                most = votes.getOrDefault(header.logId(), 0);
                logId = header.logId();
                partition = header.partition();
            }
        }
        if (logId == null) {
            identifyByCheckpoint();
        }
    }

    private void identifyByCheckpoint() throws IOException {
        for (long number : LogDirectory.numbersIn(names, LogDirectory.CHECKPOINT_PREFIX, "")) {
            try (DiskFile file = directory.disk().openForReading(directory.checkpoint(number))) {
                byte[] header = new byte[CHECKPOINT_HEADER_BYTES];
                if (file.read(0, ByteBuffer.wrap(header)) == header.length) {
                    partition = RecordLayout.intAt(header, RecordLayout.AT_PARTITION);
                    logId =
                            new UUID(
                                    RecordLayout.longAt(header, CHECKPOINT_LOG_ID_AT),
                                    RecordLayout.longAt(header, CHECKPOINT_LOG_ID_AT + Long.BYTES));
                }
            }
        }
    }

    private void rescueHeaders() throws IOException {
        long capacity = 0;
        for (Found each : found) {
            SegmentHeader header = each.header();
            capacity = Math.max(capacity, header == null ? 0 : header.capacityBytes());
        }
        boolean anyIntact = capacity > 0;
        for (int index = 0; index < found.size(); index++) {
            Found each = found.get(index);
            if (each.header() == null) {
                SegmentHeader rescued = rescue(each, capacity);
                found.set(
                        index,
                        new Found(each.path(), each.base(), each.fileBytes(), rescued, false));
                reportHeader(each, rescued);
                if (rescued != null && !anyIntact) {
                    logId = rescued.logId();
                    partition = rescued.partition();
                }
            }
        }
    }

    private @Nullable SegmentHeader rescue(Found damaged, long capacity) throws IOException {
        UUID known = logId;
        try (DiskFile file = directory.disk().openForReading(damaged.path())) {
            return new HeaderRescue(file, damaged.base(), capacity)
                    .rescue(known == null ? List.of() : List.of(known));
        }
    }

    private void reportHeader(Found damaged, @Nullable SegmentHeader rescued) {
        faults.add(
                new LogFault(
                        Kind.HEADER,
                        damaged.path(),
                        0,
                        damaged.base(),
                        damaged.base(),
                        "the header of the segment is damaged",
                        rescued == null
                                ? "the whole segment, for no record in it is intact"
                                : "nothing: the records in it say what it was",
                        LogFault.REPAIR));
    }

    /** Tells each segment its neighbours, and leaves out those without a header. */
    private void link() {
        List<Found> known = new ArrayList<>();
        for (Found each : found) {
            SegmentHeader header = each.header();
            if (header == null) {
                lostSegments.add(each.path());
            } else if (!header.logId().equals(logId) || header.partition() != partition) {
                faults.add(
                        new LogFault(
                                Kind.STRANGER,
                                each.path(),
                                0,
                                each.base(),
                                each.base(),
                                "the file is of log %s, partition %d; the others are of %s, partition %d"
                                        .formatted(
                                                header.logId(),
                                                header.partition(),
                                                logId,
                                                partition),
                                LogFault.NOTHING_LOST,
                                "move the file to where it belongs"));
            } else {
                known.add(each);
            }
        }
        Set<Integer> generations = new HashSet<>();
        for (int index = 0; index < known.size(); index++) {
            Found each = known.get(index);
            Found before = index == 0 ? null : known.get(index - 1);
            Found after = index + 1 < known.size() ? known.get(index + 1) : null;
            SegmentFile segment = segment(each, before, after);
            segments.add(segment);
            if (!generations.add(segment.generation())) {
                faults.add(
                        LogFault.of(
                                Kind.ORDER,
                                each.path(),
                                0,
                                each.base(),
                                "another segment has generation " + segment.generation() + " too"));
            }
        }
    }

    private static SegmentFile segment(Found each, @Nullable Found before, @Nullable Found after) {
        SegmentHeader header = Objects.requireNonNull(each.header());
        if (!each.intact() && before != null) {
            header =
                    new SegmentHeader(
                            header.logId(),
                            header.partition(),
                            header.baseOffset(),
                            header.generation(),
                            header.epoch(),
                            header.capacityBytes(),
                            before.base(),
                            header.lastMillis());
        }
        return new SegmentFile(
                each.path(),
                header,
                each.intact(),
                each.fileBytes(),
                after == null,
                after == null ? SegmentFile.UNKNOWN : knownEnd(each, after));
    }

    /** Where a segment ends: at the base of the next one, or of one that is missing. */
    private static long knownEnd(Found each, Found after) {
        SegmentHeader next = Objects.requireNonNull(after.header());
        if (!after.intact() || next.previousBase() == each.base()) {
            return after.base();
        }
        return next.previousBase() > each.base() ? next.previousBase() : SegmentFile.UNKNOWN;
    }

    private void findCheckpoints() throws IOException {
        UUID id = logId;
        if (id == null) {
            return;
        }
        CheckpointFiles files = new CheckpointFiles(directory, id, partition);
        for (long number : LogDirectory.numbersIn(names, LogDirectory.CHECKPOINT_PREFIX, "")) {
            Path path = directory.checkpoint(number);
            try (DiskFile file = directory.disk().openForReading(path)) {
                @Nullable Checkpoint read = files.read(number);
                long upTo = read == null ? NOT_KNOWN : read.upTo();
                checkpoints.add(
                        new CheckpointFile(path, number, read != null, upTo, file.length()));
            } catch (NoSuchFileException e) {
                forgotten(path, 0);
            }
        }
    }

    private void findOthers() throws IOException {
        for (String name : names) {
            Path path = directory.path().resolve(name);
            boolean unfinished =
                    path.equals(directory.temporaryCheckpoint())
                            || path.equals(directory.temporaryEpoch())
                            || LogDirectory.numberIn(
                                            name,
                                            LogDirectory.SPARE_PREFIX,
                                            LogDirectory.NEW_SUFFIX)
                                    != LogDirectory.NO_NUMBER;
            if (unfinished) {
                faults.add(LogFault.of(Kind.LEFT_OVER, path, 0, 0, "the file was not finished"));
            } else if (path.equals(directory.epoch())) {
                checkEpoch(path);
            }
        }
    }

    private void checkEpoch(Path path) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_EPOCH_BYTES);
        int length;
        try (DiskFile file = directory.disk().openForReading(path)) {
            length = file.read(0, text);
        }
        String epoch = new String(text.array(), 0, length, StandardCharsets.US_ASCII).strip();
        try {
            if (Long.parseLong(epoch) > 0) {
                return;
            }
        } catch (NumberFormatException notANumber) {
            // Reported below, like a number that no epoch can have.
        }
        faults.add(LogFault.of(Kind.EPOCH, path, 0, 0, "the file does not hold an epoch"));
    }
}
