package io.millrace.server.logs;

import io.millrace.core.log.LogFailure;
import io.millrace.storage.file.Disk;
import io.millrace.storage.file.DiskLock;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.LogInspection;
import io.millrace.storage.segment.LogRepair;
import io.millrace.storage.segment.RepairPlan;
import io.millrace.storage.segment.RepairPlan.Loss;
import io.millrace.storage.segment.RepairStep;
import io.millrace.storage.segment.SegmentFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Shows what a repair of a log would do, and does it if told to. */
public final class LogRepairs {

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Disk disk;
    private final Path directory;
    private final Options options;
    private final PrintStream out;
    private final LogRepair repair;

    /**
     * What a person decided.
     *
     * @param apply change files; else only show the plan
     * @param acceptLoss even if something is lost by it
     */
    public record Options(boolean apply, boolean acceptLoss) {}

    private LogRepairs(Disk disk, Path directory, int partition, Options options, PrintStream out) {
        this.disk = disk;
        this.directory = directory;
        this.options = options;
        this.out = out;
        this.repair = new LogRepair(disk, directory, new BlankEvents(partition), StateReplay::run);
    }

    /**
     * Repairs one log, or shows how.
     *
     * @return whether the log needs nothing any more
     * @throws LogFailure LOCKED if a broker has the log open; other kinds if it still cannot be
     *     opened
     * @throws IOException if the device refuses; what was changed has its copy
     */
    public static boolean run(Disk disk, Path directory, Options options, PrintStream out)
            throws IOException {
        int partition = LogInspection.of(disk, directory).partition();
        LogRepairs repairs = new LogRepairs(disk, directory, partition, options, out);
        out.println("partition " + partition + " in " + directory);
        boolean done = options.apply() ? repairs.repair(partition) : repairs.show();
        out.flush();
        return done;
    }

    private boolean show() throws IOException {
        RepairPlan plan = repair.plan();
        if (!print(plan)) {
            return plan.impossible() == null;
        }
        out.println(
                "  nothing was changed; to do it, stop the broker and add "
                        + (plan.losses().isEmpty() ? "--apply" : "--apply --accept-loss"));
        return false;
    }

    private boolean repair(int partition) throws IOException {
        RepairPlan plan;
        try (DiskLock lock = repair.lock()) {
            plan = repair.plan();
            if (!print(plan)) {
                return plan.impossible() == null;
            }
            if (!plan.losses().isEmpty() && !options.acceptLoss()) {
                out.println(
                        "  refused: something is lost by it; if that is right, add --accept-loss");
                return false;
            }
            Path copies =
                    directory.resolveSibling(
                            directory.toAbsolutePath().normalize().getFileName()
                                    + ".before-repair-"
                                    + TIMESTAMP.format(Instant.now()));
            repair.apply(plan, copies);
            out.println("  done; copies of all files that were changed are in " + copies);
        }
        LogVerification.Result result =
                LogVerification.print(LogInspection.of(disk, directory), out);
        open(partition, plan);
        return result.isUsable();
    }

    private void open(int partition, RepairPlan plan) throws IOException {
        List<SegmentFile> segments = LogInspection.of(disk, directory).segments();
        if (segments.isEmpty()) {
            out.println("  no segment is left: a broker begins an empty log");
            return;
        }
        long segmentBytes = segments.get(segments.size() - 1).capacityBytes();
        Flusher flusher = Flusher.start(disk);
        try {
            List<String> settled =
                    RepairedLog.open(
                            flusher,
                            directory,
                            partition,
                            segmentBytes,
                            offset -> isLost(plan, offset));
            settled.forEach(sentence -> out.println("  " + sentence));
        } finally {
            flusher.close();
        }
        out.println("  opened and replayed as a broker does: in order");
    }

    private static boolean isLost(RepairPlan plan, long offset) {
        return plan.losses().stream().anyMatch(loss -> loss.from() <= offset && offset < loss.to());
    }

    /** Prints a plan; false if there is nothing to carry out. */
    private boolean print(RepairPlan plan) throws IOException {
        if (plan.impossible() != null) {
            out.println("  cannot be repaired: " + plan.impossible());
            return false;
        }
        if (plan.steps().isEmpty()) {
            out.println("  nothing to repair: a broker can open it");
            return false;
        }
        for (RepairStep step : plan.steps()) {
            out.println("  to do: " + step.sentence());
        }
        if (plan.losses().isEmpty()) {
            out.println("  lost by it: nothing");
        }
        for (Loss loss : plan.losses()) {
            print(loss);
        }
        return true;
    }

    private void print(Loss loss) throws IOException {
        out.println(
                "  LOST: offsets %d to %d, %d bytes: %s"
                        .formatted(
                                loss.from(), loss.to() - 1, loss.to() - loss.from(), loss.why()));
        LogInspection log = LogInspection.of(disk, directory);
        if (!loss.readable()) {
            LostMessages.of(log, loss).forEach(line -> out.println("    " + line));
        } else {
            LossTally tally = new LossTally();
            log.walk(loss.from(), loss.to(), tally);
            tally.lines().forEach(line -> out.println("    " + line));
            out.println(
                    "    to see them: millrace log dump %s --events --from %d --to %d"
                            .formatted(directory, loss.from(), loss.to()));
        }
    }
}
