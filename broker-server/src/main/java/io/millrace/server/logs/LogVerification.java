package io.millrace.server.logs;

import io.millrace.core.EventCodec;
import io.millrace.storage.segment.CheckpointFile;
import io.millrace.storage.segment.LogFault;
import io.millrace.storage.segment.LogFault.Kind;
import io.millrace.storage.segment.LogFault.Severity;
import io.millrace.storage.segment.LogInspection;
import io.millrace.storage.segment.LogVisitor;
import io.millrace.storage.segment.SegmentFile;
import io.millrace.storage.segment.StoredEntry;
import io.millrace.wire.WireFormatException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads all of a log, checks it, and prints what it looked at and what is wrong. Checks also that
 * each entry can be decoded, and that the state that a broker begins with can be built.
 */
public final class LogVerification implements LogVisitor {

    private final LogInspection log;
    private final PrintStream out;
    private @Nullable Path file;
    private long entries;
    private long records;
    private long bodyBytes;
    private int seals;
    private int markers;
    private int faults;
    private int serious;
    private int notes;

    private LogVerification(LogInspection log, PrintStream out) {
        this.log = log;
        this.out = out;
    }

    /**
     * What a verification came to. What a crash leaves is no fault.
     *
     * @param serious how many of the faults keep a broker from going on
     */
    public record Result(int faults, int serious) {

        /** Whether nothing is wrong. */
        public boolean isIntact() {
            return faults == 0;
        }

        /** Whether a broker can do with it. */
        public boolean isUsable() {
            return serious == 0;
        }
    }

    /**
     * Verifies one log.
     *
     * @throws IOException if the device refuses to list the directory
     */
    public static Result print(LogInspection log, PrintStream out) throws IOException {
        LogVerification verification = new LogVerification(log, out);
        out.println("log " + log.logId() + ", partition " + log.partition() + ", in " + log.path());
        long end = log.verify(verification);
        verification.summarize(end);
        verification.replay(end);
        verification.conclude();
        out.flush();
        return new Result(verification.faults, verification.serious);
    }

    private void summarize(long end) {
        out.println(
                "  read: segments %d, offsets %d to %d, entries %d, records %d, bytes %d, seals %d, markers %d, checkpoints %d"
                        .formatted(
                                log.segments().size(),
                                log.startOffset(),
                                end,
                                entries,
                                records,
                                bodyBytes,
                                seals,
                                markers,
                                log.checkpoints().size()));
    }

    private void replay(long end) throws IOException {
        CheckpointFile from = log.newestUsable(end);
        if (from == null && log.startOffset() > 0) {
            return; // there is no state to begin with; that was told
        }
        StateReplay.Result result = StateReplay.replay(log, from);
        String begin = from == null ? "the beginning" : String.valueOf(from.file().getFileName());
        if (result.outcome().isComplete()) {
            out.println(
                    "  replayed from %s: entries %d, state complete"
                            .formatted(begin, result.entries()));
            return;
        }
        long at = result.outcome().failedAt();
        fault(
                new LogFault(
                        Kind.CONTENT,
                        log.path(),
                        0,
                        at,
                        end,
                        "replaying from "
                                + begin
                                + ", this entry cannot be applied: "
                                + result.outcome().because(),
                        "what this entry and those behind it say, as long as a broker refuses them",
                        serious > 0
                                ? "see what 'millrace log repair' plans"
                                : "a newer version of the broker may have written it; else report it as a bug"));
    }

    private void conclude() {
        String left = notes == 0 ? "" : "; left by a crash or a running broker: " + notes;
        out.println(
                faults == 0
                        ? "  intact" + left
                        : "  faults: %d, of which keep a broker from going on: %d%s"
                                .formatted(faults, serious, left));
    }

    @Override
    public boolean wantsBodies() {
        return true;
    }

    @Override
    public void segment(SegmentFile segment) {
        file = segment.path();
    }

    @Override
    public void entry(StoredEntry entry) {
        entries++;
        records += entry.records();
        bodyBytes += entry.bodyBytes();
        try {
            EventCodec.decode(Objects.requireNonNull(entry.body()), event -> {});
        } catch (WireFormatException | IllegalArgumentException e) {
            fault(
                    new LogFault(
                            Kind.CONTENT,
                            Objects.requireNonNull(file),
                            entry.position(),
                            entry.offset(),
                            entry.nextOffset(),
                            "the entry is intact, but cannot be decoded: " + e.getMessage(),
                            "nothing, if a newer version of the broker wrote it",
                            "use that version; else report it as a bug"));
        }
    }

    @Override
    public void marker(long offset, long durableUpTo) {
        markers++;
    }

    @Override
    public void seal(long offset, byte @Nullable [] footer, boolean elsewhere) {
        seals++;
    }

    @Override
    public void fault(LogFault fault) {
        Severity severity = fault.kind().severity();
        if (severity == Severity.NORMAL) {
            notes++;
        } else {
            faults++;
        }
        if (severity == Severity.SERIOUS) {
            serious++;
        }
        out.println("  " + (severity == Severity.NORMAL ? "note: " : "FAULT: ") + fault.sentence());
        out.println("    lost: " + fault.lost());
        out.println("    to do: " + fault.remedy());
    }
}
