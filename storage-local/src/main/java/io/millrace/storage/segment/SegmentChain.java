package io.millrace.storage.segment;

import io.millrace.core.log.LogFailure;
import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The segment files of a directory, checked to be one unbroken chain. Looking changes nothing.
 *
 * <p>A segment file gets its name after its header is safe, so a name without an intact header is
 * damage, never a crash. Each header names the segment before it, so a file that somebody removed
 * is noticed.
 */
final class SegmentChain {

    private final LogDirectory directory;
    private final List<Segment> segments = new ArrayList<>();
    private final Deque<Path> spares = new ArrayDeque<>();
    private final List<Path> rubbish = new ArrayList<>();
    private int highestGeneration;
    private long highestSpare;

    private SegmentChain(LogDirectory directory) {
        this.directory = directory;
    }

    static SegmentChain load(LogDirectory directory, List<String> names, SegmentedLogConfig config)
            throws IOException {
        SegmentChain chain = new SegmentChain(directory);
        chain.loadSegments(names, config.partition());
        for (String name : names) {
            chain.sort(name, config.limits());
        }
        return chain;
    }

    /** Oldest first. */
    List<Segment> segments() {
        return segments;
    }

    @Nullable Segment last() {
        return segments.isEmpty() ? null : segments.get(segments.size() - 1);
    }

    /** Free files that can be used again. */
    Deque<Path> spares() {
        return spares;
    }

    /** Files that nothing needs: left by a crash, or of another size than wanted now. */
    List<Path> rubbish() {
        return rubbish;
    }

    /** No file of this log was ever used under a higher generation. */
    int highestGeneration() {
        return highestGeneration;
    }

    long highestSpare() {
        return highestSpare;
    }

    private void loadSegments(List<String> names, int partition) throws IOException {
        List<Long> bases = LogDirectory.numbersIn(names, "", LogDirectory.SEGMENT_SUFFIX);
        @Nullable Segment previous = null;
        for (long base : bases) {
            Segment segment = load(base, partition);
            if (previous != null) {
                requireLinked(previous, segment);
                previous.seal(base);
            }
            segment.markStored();
            segments.add(segment);
            previous = segment;
        }
    }

    private Segment load(long base, int partition) throws IOException {
        Path path = directory.segment(base);
        @Nullable SegmentHeader header = header(path);
        if (header == null || header.baseOffset() != base) {
            throw LogFailures.corrupt(
                    "Expected the header of a segment at position 0 of %s (offset %d), but it is damaged"
                            .formatted(path, base),
                    path);
        }
        if (header.partition() != partition) {
            throw new LogFailure(
                    LogFailure.Kind.MISUSE,
                    "Expected the log of partition %d in %s, but it is that of partition %d"
                            .formatted(partition, directory.path(), header.partition()));
        }
        highestGeneration = Math.max(highestGeneration, header.generation());
        return new Segment(header, path);
    }

    private static void requireLinked(Segment previous, Segment segment) {
        UUID logId = previous.header().logId();
        if (!segment.header().logId().equals(logId)) {
            throw LogFailures.corrupt(
                    "Expected segments of log %s, but %s is of log %s"
                            .formatted(logId, segment.path(), segment.header().logId()),
                    segment.path());
        }
        if (segment.header().previousBase() != previous.base()) {
            throw LogFailures.corrupt(
                    "Expected %s to follow a segment at offset %d, but that at offset %d lies before it: a file is missing"
                            .formatted(
                                    segment.path(),
                                    segment.header().previousBase(),
                                    previous.base()),
                    segment.path());
        }
    }

    private void sort(String name, SegmentLimits limits) throws IOException {
        Path path = directory.path().resolve(name);
        long footerBase = LogDirectory.numberIn(name, "", LogDirectory.FOOTER_SUFFIX);
        long spare =
                LogDirectory.numberIn(name, LogDirectory.SPARE_PREFIX, LogDirectory.SPARE_SUFFIX);
        if (spare != LogDirectory.NO_NUMBER) {
            highestSpare = Math.max(highestSpare, spare);
            boolean usable = isUsable(path, limits) && spares.size() < limits.spareFiles();
            (usable ? spares : rubbish).add(path);
        } else if (footerBase != LogDirectory.NO_NUMBER) {
            if (!hasSegment(footerBase)) {
                rubbish.add(path);
            }
        } else if (isUnfinished(name)) {
            rubbish.add(path);
        }
    }

    private boolean hasSegment(long base) {
        for (Segment segment : segments) {
            if (segment.base() == base) {
                return true;
            }
        }
        return false;
    }

    private boolean isUnfinished(String name) {
        String checkpoint = String.valueOf(directory.temporaryCheckpoint().getFileName());
        String epoch = String.valueOf(directory.temporaryEpoch().getFileName());
        return name.equals(checkpoint)
                || name.equals(epoch)
                || LogDirectory.numberIn(name, LogDirectory.SPARE_PREFIX, LogDirectory.NEW_SUFFIX)
                        != LogDirectory.NO_NUMBER;
    }

    /**
     * A free file is taken if it was never used or its last use is known: a torn header means that
     * it was about to be used when the power went.
     */
    private boolean isUsable(Path path, SegmentLimits limits) throws IOException {
        try (DiskFile file = directory.disk().openForReading(path)) {
            byte[] page = page(file);
            @Nullable SegmentHeader header = SegmentHeader.decode(page);
            if (header != null) {
                highestGeneration = Math.max(highestGeneration, header.generation());
            }
            return file.length() == limits.segmentBytes() && (header != null || isZero(page));
        }
    }

    private @Nullable SegmentHeader header(Path path) throws IOException {
        try (DiskFile file = directory.disk().openForReading(path)) {
            return SegmentHeader.decode(page(file));
        }
    }

    private static byte[] page(DiskFile file) throws IOException {
        byte[] page = new byte[SegmentHeader.PAGE_BYTES];
        file.read(0, ByteBuffer.wrap(page));
        return page;
    }

    private static boolean isZero(byte[] page) {
        for (byte b : page) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
