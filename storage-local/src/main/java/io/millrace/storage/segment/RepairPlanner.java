package io.millrace.storage.segment;

import io.millrace.storage.file.DiskFile;
import io.millrace.storage.segment.LogFault.Kind;
import io.millrace.storage.segment.RepairPlan.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out what is the least that makes a log openable. Looks only. */
final class RepairPlanner implements LogVisitor {

    private final LogInspection log;
    private final LogDirectory directory;
    private final RepairFiles files;
    private final LogRepair.Replay replay;

    // What the walk found.
    private final List<Gap> gaps = new ArrayList<>();
    private @Nullable LogFault obstacle;
    private @Nullable SegmentFile current;
    private long lastEpoch;
    private long lastMillis;

    // The plan.
    private final List<RepairStep> steps = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();

    /**
     * A stretch without intact entries.
     *
     * @param before the segment that it lies in, or behind if the file is missing
     */
    private record Gap(
            long from,
            long to,
            boolean fileIsMissing,
            SegmentFile before,
            RepairFiles.Stamp stamp) {}

    RepairPlanner(LogInspection log, RepairFiles files, LogRepair.Replay replay) {
        this.log = log;
        this.directory = log.directory();
        this.files = files;
        this.replay = replay;
    }

    // --- what the walk finds ---

    @Override
    public void segment(SegmentFile segment) {
        current = segment;
        lastEpoch = Math.max(lastEpoch, segment.epoch());
        lastMillis = Math.max(lastMillis, segment.lastMillis());
    }

    @Override
    public void entry(StoredEntry entry) {
        lastEpoch = Math.max(lastEpoch, entry.epoch());
        lastMillis = Math.max(lastMillis, entry.appendMillis());
    }

    @Override
    public void fault(LogFault fault) {
        SegmentFile segment = current;
        boolean missing = fault.kind() == Kind.MISSING;
        if ((missing || fault.kind() == Kind.ENTRY) && segment != null) {
            RepairFiles.Stamp stamp = new RepairFiles.Stamp(lastEpoch, lastMillis);
            gaps.add(new Gap(fault.from(), fault.to(), missing, segment, stamp));
        } else if (fault.kind() == Kind.UNREADABLE || fault.kind() == Kind.STRANGER) {
            obstacle = fault;
        }
    }

    // --- the plan ---

    RepairPlan plan() throws IOException {
        log.survey().faults().forEach(this::fault);
        long end = log.walk(0, LogInspection.END, this);
        LogFault inTheWay = obstacle;
        if (inTheWay != null) {
            return RepairPlan.impossible(inTheWay.sentence() + "; " + inTheWay.remedy());
        }
        if (log.segments().isEmpty() && log.startOffset() < newestUpTo()) {
            return RepairPlan.impossible(
                    "no segment is left: restore the files from a copy, or move the directory away to start empty");
        }
        CheckpointFile base = log.newestUsable(end);
        if (base == null && log.startOffset() > 0) {
            return RepairPlan.impossible(
                    "the state that all entries before offset %d had led to was in checkpoints alone, and no intact one meets the entries that are left: restore a checkpoint from a copy"
                            .formatted(log.startOffset()));
        }
        dropLostSegments(end);
        dropCheckpoints(base, end);
        LogRepair.Outcome outcome = replay.run(log, base);
        long replayedFrom = base == null ? 0 : base.upTo();
        if (!outcome.isComplete() && !explains(outcome.failedAt(), replayedFrom)) {
            return RepairPlan.impossible(
                    "nothing that a replay needs is damaged, and yet the entry at offset %d cannot be applied (%s): a newer version wrote it, or this is a bug"
                            .formatted(outcome.failedAt(), outcome.because()));
        }
        long cutAt = cutAt(outcome.isComplete() ? end : outcome.failedAt(), replayedFrom);
        rebuildHeaders(cutAt);
        for (Gap gap : gaps) {
            if (gap.to() - gap.from() < RecordLayout.HEADER_BYTES) {
                return RepairPlan.impossible(
                        "there is no room for a record at offset " + gap.from());
            }
            close(gap, cutAt);
        }
        if (cutAt < end) {
            cut(cutAt);
        }
        if (!outcome.isComplete()) {
            losses.add(new Loss(outcome.failedAt(), end, true, outcome.because()));
        }
        losses.sort((one, other) -> Long.compare(one.from(), other.from()));
        return new RepairPlan(List.copyOf(steps), List.copyOf(losses), null);
    }

    /**
     * Where the log is to end: blank entries at its end would stand for nothing. Those that a
     * checkpoint stands for must stay.
     */
    private long cutAt(long wanted, long replayedFrom) {
        long cutAt = wanted;
        for (int index = gaps.size() - 1; index >= 0; index--) {
            Gap gap = gaps.get(index);
            if (gap.to() == cutAt && gap.from() >= replayedFrom) {
                cutAt = gap.from();
            }
        }
        return cutAt;
    }

    private long newestUpTo() {
        long newest = 0;
        for (CheckpointFile each : log.checkpoints()) {
            newest = Math.max(newest, each.upTo());
        }
        return newest;
    }

    /** Whether something is missing that the entry at an offset may have needed. */
    private boolean explains(long failedAt, long replayedFrom) {
        for (Gap gap : gaps) {
            if (gap.to() > replayedFrom && gap.from() < failedAt) {
                return true;
            }
        }
        return false;
    }

    /** Files without a header and without an intact record: nothing in them can be read. */
    private void dropLostSegments(long end) throws IOException {
        for (Path path : log.survey().lostSegments()) {
            long base =
                    LogDirectory.numberIn(
                            String.valueOf(path.getFileName()), "", LogDirectory.SEGMENT_SUFFIX);
            boolean empty;
            long length;
            try (DiskFile file = directory.disk().openForReading(path)) {
                empty = new HeaderRescue(file, base, 0).isEmpty();
                length = file.length();
            }
            step(
                    empty
                            ? "delete " + path + ": its header is damaged, and nothing is in it"
                            : "delete " + path + ": no record in it is intact",
                    List.of(path),
                    () -> files.delete(path));
            boolean beforeAll = base < log.startOffset();
            if (!empty && (beforeAll || base >= end)) {
                long to = beforeAll ? log.startOffset() : base + length - SegmentHeader.PAGE_BYTES;
                losses.add(new Loss(base, to, false, "no record of the segment is intact"));
            }
        }
    }

    private void dropCheckpoints(@Nullable CheckpointFile base, long end) {
        for (CheckpointFile each : log.checkpoints()) {
            boolean newer = base == null || each.number() > base.number();
            if (each.intact() && !newer) {
                continue;
            }
            step(
                    each.intact()
                            ? "delete " + each.file() + ": it stands for entries that are missing"
                            : "delete " + each.file() + ": it is damaged, and not needed",
                    List.of(each.file()),
                    () -> files.delete(each.file()));
            if (each.intact() && each.upTo() > end) {
                losses.add(
                        new Loss(
                                end,
                                each.upTo(),
                                false,
                                "the segments are missing; there may have been more behind"));
            }
        }
    }

    private void rebuildHeaders(long cutAt) {
        for (SegmentFile each : log.segments()) {
            if (!each.headerIsIntact() && each.base() <= cutAt) {
                step(
                        "write the header of " + each.path() + " anew, from its records",
                        List.of(each.path()),
                        () -> files.writeHeader(each));
            }
        }
    }

    /** Gives up everything from an offset on. */
    private void cut(long offset) {
        List<SegmentFile> segments = log.segments();
        int index = segments.size() - 1;
        for (; segments.get(index).base() > offset; index--) {
            SegmentFile behind = segments.get(index);
            Path footer = directory.footer(behind.base());
            step(
                    "delete " + behind.path() + ": it lies behind the cut",
                    List.of(behind.path(), footer),
                    () -> {
                        files.delete(footer);
                        files.delete(behind.path());
                    });
        }
        SegmentFile last = segments.get(index);
        step(
                "cut "
                        + last.path()
                        + " at position "
                        + last.positionOf(offset)
                        + " (offset "
                        + offset
                        + "): everything behind is given up",
                List.of(last.path(), directory.footer(last.base())),
                () -> files.cut(last, offset));
    }

    private void close(Gap gap, long cutAt) {
        String why = gap.fileIsMissing() ? "the file is missing" : "the bytes are damaged";
        losses.add(new Loss(gap.from(), gap.to(), false, why));
        if (gap.from() >= cutAt) {
            return;
        }
        if (gap.fileIsMissing()) {
            fill(gap);
            return;
        }
        step(
                "replace offsets %d to %d in %s by blank entries of the same length"
                        .formatted(gap.from(), gap.to() - 1, gap.before().path()),
                List.of(gap.before().path(), directory.footer(gap.before().base())),
                () -> files.blank(gap.before(), gap.from(), gap.to(), gap.stamp()));
    }

    /** One segment for what is missing, or two, so that the next one is linked to the last. */
    private void fill(Gap gap) {
        long link = gap.to();
        for (SegmentFile each : log.segments()) {
            if (each.base() == gap.to() && each.headerIsIntact()) {
                link = each.previousBase();
            }
        }
        if (link > gap.from() && link < gap.to()) {
            fill(gap, gap.from(), link, gap.before().base());
            fill(gap, link, gap.to(), gap.from());
        } else {
            fill(gap, gap.from(), gap.to(), gap.before().base());
        }
    }

    private void fill(Gap gap, long from, long to, long previousBase) {
        int generation = log.survey().nextGeneration();
        SegmentHeader before = gap.before().header();
        SegmentHeader header =
                new SegmentHeader(
                        before.logId(),
                        before.partition(),
                        from,
                        generation,
                        gap.stamp().epoch(),
                        Math.max(before.capacityBytes(), RepairFiles.capacityFor(to - from)),
                        previousBase,
                        gap.stamp().appendMillis());
        Path path = directory.segment(from);
        step(
                "make %s of blank entries for offsets %d to %d".formatted(path, from, to - 1),
                List.of(path),
                () -> files.fill(header, to, gap.stamp()));
    }

    private void step(String sentence, List<Path> touched, RepairStep.Action action) {
        steps.add(new RepairStep(sentence, touched, action));
    }
}
