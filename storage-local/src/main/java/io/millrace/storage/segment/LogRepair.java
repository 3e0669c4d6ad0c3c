package io.millrace.storage.segment;

import io.millrace.core.log.LogFailure;
import io.millrace.storage.file.Disk;
import io.millrace.storage.file.DiskLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes a log that cannot be opened one that can, with the least change, and says what is lost by
 * it. {@link #plan} only looks; {@link #apply} copies every file that it touches before it touches
 * one. Between the two the caller holds {@link #lock}.
 *
 * <p>Damaged and missing entries are replaced by blank ones of the same length, so that everything
 * behind them keeps its offset. Only if the owner's state cannot do without them, the log is cut:
 * before the first entry that cannot be applied any more.
 */
public final class LogRepair {

    private final Disk disk;
    private final LogDirectory directory;
    private final Blank blank;
    private final Replay replay;

    /** Makes bodies for entries that stand where damaged ones stood. */
    public interface Blank {

        /**
         * A body that the log's owner applies without any effect.
         *
         * @return so many bytes, or up to 7 less; empty for 0
         */
        byte[] body(int bytes);
    }

    /** Tells whether the owner can do without what is damaged. */
    public interface Replay {

        /**
         * Applies all intact entries, and skips the others.
         *
         * @param from where to begin; null for the first entry
         */
        Outcome run(LogInspection log, @Nullable CheckpointFile from) throws IOException;
    }

    /**
     * How a replay ended.
     *
     * @param failedAt offset of the first entry that could not be applied, or {@link #NO_FAILURE}
     * @param because why, as a sentence; empty if all could
     */
    public record Outcome(long failedAt, String because) {

        /** As offset: all entries were applied. */
        public static final long NO_FAILURE = -1;

        /** All entries were applied. */
        public static Outcome complete() {
            return new Outcome(NO_FAILURE, "");
        }

        /** Whether all entries were applied. */
        public boolean isComplete() {
            return failedAt == NO_FAILURE;
        }
    }

    public LogRepair(Disk disk, Path path, Blank blank, Replay replay) {
        this.disk = disk;
        this.directory = new LogDirectory(disk, path);
        this.blank = blank;
        this.replay = replay;
    }

    /**
     * Keeps brokers out until the lock is closed.
     *
     * @throws LogFailure LOCKED if one has the log open; says which process
     */
    public DiskLock lock() {
        try {
            return disk.lock(directory.lock());
        } catch (IOException e) {
            throw LogFailures.of("lock", directory.path(), e);
        }
    }

    /** Looks at everything, and changes nothing. */
    public RepairPlan plan() throws IOException {
        LogInspection log = LogInspection.of(disk, directory.path());
        return new RepairPlanner(log, new RepairFiles(directory, blank), replay).plan();
    }

    /**
     * Copies what will be touched, then carries out a plan. What an opening changes by itself, the
     * last segment and the epoch, is copied too.
     *
     * @param copies a new directory for the copies; they survive a power loss before anything is
     *     changed
     * @throws IOException if the device refuses; what was done until then is in the files, and the
     *     copies are whole or nothing was done
     */
    public void apply(RepairPlan plan, Path copies) throws IOException {
        if (plan.impossible() != null) {
            throw new IllegalArgumentException("Expected a plan, but there is none");
        }
        List<String> names = directory.list();
        Set<Path> kept = new TreeSet<>();
        for (RepairStep step : plan.steps()) {
            kept.addAll(step.touched());
        }
        kept.add(directory.epoch());
        List<Long> bases = LogDirectory.numbersIn(names, "", LogDirectory.SEGMENT_SUFFIX);
        if (!bases.isEmpty()) {
            kept.add(directory.segment(bases.get(bases.size() - 1)));
        }
        kept.removeIf(file -> !names.contains(String.valueOf(file.getFileName())));
        RepairFiles.copy(disk, kept, copies);
        for (RepairStep step : plan.steps()) {
            step.carryOut();
        }
    }
}
