package io.millrace.storage.segment;

import io.millrace.storage.segment.LogFault.Kind;
import org.jspecify.annotations.Nullable;

/** Whether a log's checkpoints are intact and meet its entries. */
final class CheckpointVerdicts {

    private final LogInspection log;
    private final long start;
    private final long end;

    /**
     * @param end offset after the last entry
     */
    CheckpointVerdicts(LogInspection log, long end) {
        this.log = log;
        this.start = log.startOffset();
        this.end = end;
    }

    void show(LogVisitor visitor) {
        boolean canBegin = start == 0 || log.newestUsable(end) != null;
        @Nullable CheckpointFile newest = null;
        for (CheckpointFile each : log.checkpoints()) {
            if (each.intact()) {
                newest = each;
            } else {
                visitor.fault(damaged(each, canBegin));
            }
        }
        if (newest != null) {
            showMeeting(newest, visitor);
        } else if (!canBegin && log.checkpoints().isEmpty()) {
            visitor.fault(
                    new LogFault(
                            Kind.CHECKPOINT_NEEDED,
                            log.path(),
                            0,
                            0,
                            start,
                            "the log begins at offset " + start + ", and no checkpoint is there",
                            "the state that all entries before offset " + start + " had led to",
                            "restore the newest checkpoint from a copy"));
        }
    }

    private LogFault damaged(CheckpointFile checkpoint, boolean canBegin) {
        if (canBegin) {
            String other = log.newestUsable(end) == null ? "the first entry" : "another checkpoint";
            return new LogFault(
                    Kind.CHECKPOINT,
                    checkpoint.file(),
                    0,
                    0,
                    0,
                    "the checkpoint is damaged",
                    "nothing: replay begins at " + other,
                    LogFault.NO_REMEDY);
        }
        return new LogFault(
                Kind.CHECKPOINT_NEEDED,
                checkpoint.file(),
                0,
                0,
                start,
                "the checkpoint is damaged, and the entries that it stood for are gone",
                "the state that all entries before offset " + start + " had led to",
                "restore the file from a copy");
    }

    private void showMeeting(CheckpointFile newest, LogVisitor visitor) {
        if (newest.upTo() > end) {
            visitor.fault(
                    LogFault.entries(
                            Kind.MISSING,
                            newest.file(),
                            0,
                            end,
                            newest.upTo(),
                            "the log ends at offset %d, but the checkpoint stands for entries up to %d: segments are missing"
                                    .formatted(end, newest.upTo())));
        } else if (newest.upTo() < start) {
            visitor.fault(
                    LogFault.entries(
                            Kind.MISSING,
                            newest.file(),
                            0,
                            newest.upTo(),
                            start,
                            "the log begins at offset %d, but the newest checkpoint ends at %d: segments are missing"
                                    .formatted(start, newest.upTo())));
        }
    }
}
