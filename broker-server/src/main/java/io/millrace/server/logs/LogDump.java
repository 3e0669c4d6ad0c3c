package io.millrace.server.logs;

import io.millrace.core.Machine;
import io.millrace.core.partition.PartitionMachine;
import io.millrace.storage.segment.CheckpointFile;
import io.millrace.storage.segment.LogFault;
import io.millrace.storage.segment.LogInspection;
import io.millrace.storage.segment.LogVisitor;
import io.millrace.storage.segment.SegmentFile;
import io.millrace.storage.segment.StoredEntry;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Prints what a log holds, a line for each thing, while it is read. */
public final class LogDump implements LogVisitor {

    private static final int LINES_BETWEEN_LOOKS = 4_096;

    private final LogInspection log;
    private final Options options;
    private final PrintStream out;
    private final EventText events = new EventText();
    private int lines;

    /**
     * What to print.
     *
     * @param from entries from this offset on
     * @param to entries before this offset
     * @param segmentsOnly no entries
     * @param events what is in the entries
     */
    public record Options(long from, long to, boolean segmentsOnly, boolean events) {}

    private LogDump(LogInspection log, Options options, PrintStream out) {
        this.log = log;
        this.options = options;
        this.out = out;
    }

    /**
     * Prints one log.
     *
     * @throws UncheckedIOException if nobody reads the output any more
     * @throws IOException if the device refuses
     */
    public static void print(LogInspection log, Options options, PrintStream out)
            throws IOException {
        LogDump dump = new LogDump(log, options, out);
        dump.print("log %s, partition %d, in %s", log.logId(), log.partition(), log.path());
        for (CheckpointFile each : log.checkpoints()) {
            dump.checkpoint(each);
        }
        if (options.segmentsOnly()) {
            dump.segments();
        } else {
            if (options.events()) {
                dump.learnNames();
            }
            log.walk(options.from(), options.to(), dump);
        }
        out.flush();
    }

    private void checkpoint(CheckpointFile checkpoint) {
        print(
                "%s: %s, %d bytes",
                checkpoint.file().getFileName(),
                checkpoint.intact() ? "up to offset " + checkpoint.upTo() : "damaged",
                checkpoint.fileBytes());
    }

    /** Headers alone: of all files but the last one, nothing else is read. */
    private void segments() throws IOException {
        for (SegmentFile each : log.segments()) {
            boolean unknown = each.knownEnd() == SegmentFile.UNKNOWN;
            if (each.base() >= options.to() || !unknown && each.knownEnd() <= options.from()) {
                continue;
            }
            if (each.isLast()) {
                log.walk(each.base(), LogInspection.END, new EndOnly());
            } else {
                segment(each);
                print("  end at offset %s", unknown ? "unknown" : each.knownEnd());
            }
        }
    }

    /** Shows the last segment without its entries. */
    private final class EndOnly implements LogVisitor {

        @Override
        public void segment(SegmentFile segment) {
            LogDump.this.segment(segment);
        }

        @Override
        public void segmentEnd(SegmentFile segment, long end, boolean sealed) {
            LogDump.this.segmentEnd(segment, end, sealed);
        }

        @Override
        public void fault(LogFault fault) {
            LogDump.this.fault(fault);
        }
    }

    private void learnNames() throws IOException {
        CheckpointFile newest = log.newestUsable(LogInspection.END);
        byte @Nullable [] content = newest == null ? null : log.content(newest);
        Machine<?> machine = StateReplay.machineOf(log.partition(), 1);
        if (content == null || !(machine instanceof PartitionMachine partition)) {
            return;
        }
        try {
            WireInput from = new WireInput(content);
            int machineBytes = from.readCount(from.remaining());
            partition.restore(new WireInput(content, from.position(), machineBytes));
            partition.report(report -> events.name(report.destinationId(), report.name()));
        } catch (WireFormatException e) {
            print("names of destinations are not known: %s", e.getMessage());
        }
    }

    @Override
    public boolean wantsBodies() {
        return options.events();
    }

    @Override
    public void segment(SegmentFile segment) {
        print(
                "segment %s: base %d, generation %d, epoch %d, capacity %d, %s, %s%s",
                segment.path().getFileName(),
                segment.base(),
                segment.generation(),
                segment.epoch(),
                segment.capacityBytes(),
                segment.previousBase() < 0 ? "the first" : "after " + segment.previousBase(),
                segment.isLast() ? "the last" : "sealed",
                segment.headerIsIntact() ? "" : ", HEADER DAMAGED");
    }

    @Override
    public void entry(StoredEntry entry) {
        print(
                "  %d: epoch %d, %s, %d bytes%s, durable up to %d",
                entry.offset(),
                entry.epoch(),
                Instant.ofEpochMilli(entry.appendMillis()),
                entry.bodyBytes(),
                entry.records() == 1 ? "" : " in a group of " + entry.records() + " records",
                entry.durableUpTo());
        byte[] body = entry.body();
        if (body != null) {
            events.write(body, line -> print("    %s", line));
        }
    }

    @Override
    public void marker(long offset, long durableUpTo) {
        print("  marker at %d: durable up to %d", offset, durableUpTo);
    }

    @Override
    public void seal(long offset, byte @Nullable [] footer, boolean elsewhere) {
        print(
                "  seal at %d: %s",
                offset,
                footer == null
                        ? "footer lost"
                        : "footer of "
                                + footer.length
                                + " bytes"
                                + (elsewhere ? " in a file of its own" : ""));
    }

    @Override
    public void segmentEnd(SegmentFile segment, long end, boolean sealed) {
        print("  end at offset %d%s", end, sealed ? "" : ", open");
    }

    @Override
    public void fault(LogFault fault) {
        print("  %s", fault.sentence());
    }

    private void print(String format, @Nullable Object... values) {
        out.println(format.formatted(values));
        if (++lines % LINES_BETWEEN_LOOKS == 0 && out.checkError()) {
            throw new UncheckedIOException(new IOException("nobody reads the output any more"));
        }
    }
}
