package io.millrace.server.logs;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.Machine;
import io.millrace.core.catalog.CatalogMachine;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.PartitionMachine;
import io.millrace.storage.segment.CheckpointFile;
import io.millrace.storage.segment.LogInspection;
import io.millrace.storage.segment.LogRepair.Outcome;
import io.millrace.storage.segment.LogVisitor;
import io.millrace.storage.segment.StoredEntry;
import io.millrace.wire.WireInput;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds the state that a broker would build from a log, to see whether it can, and throws it away.
 * Reads only. Takes as much memory as a broker's state.
 */
public final class StateReplay implements LogVisitor {

    /** The partition whose log is the catalog's. */
    static final int CATALOG = 0;

    private final Machine<?> machine;
    private long entries;
    private long failedAt = Outcome.NO_FAILURE;
    private String because = "";

    private StateReplay(Machine<?> machine) {
        this.machine = machine;
    }

    /** A new machine, as a broker has it for this partition. */
    static Machine<?> machineOf(int partition, long epoch) {
        return partition == CATALOG
                ? new CatalogMachine(1, 0)
                : new PartitionMachine(partition, epoch, PartitionLimits.NETWORK);
    }

    /** What a replay came to. */
    record Result(Outcome outcome, long entries) {}

    /** For a repair: whether a broker can do without what is damaged. */
    public static Outcome run(LogInspection log, @Nullable CheckpointFile from) throws IOException {
        return replay(log, from).outcome();
    }

    /** Applies all intact entries from a checkpoint on, or all there are. */
    static Result replay(LogInspection log, @Nullable CheckpointFile from) throws IOException {
        StateReplay replay = new StateReplay(machineOf(log.partition(), 1));
        long at = log.startOffset();
        if (from != null) {
            at = from.upTo();
            if (!replay.restore(Objects.requireNonNull(log.content(from)))) {
                return new Result(new Outcome(at, replay.because), 0);
            }
        }
        log.walk(at, LogInspection.END, replay);
        return new Result(new Outcome(replay.failedAt, replay.because), replay.entries);
    }

    private boolean restore(byte[] content) {
        try {
            WireInput from = new WireInput(content);
            int machineBytes = from.readCount(from.remaining());
            machine.restore(new WireInput(content, from.position(), machineBytes));
            return true;
        } catch (RuntimeException e) {
            // Whatever a machine throws on its way up keeps a broker from opening the log.
            because = "the checkpoint cannot be read: " + e.getMessage();
            return false;
        }
    }

    @Override
    public boolean wantsBodies() {
        return failedAt == Outcome.NO_FAILURE;
    }

    @Override
    public void entry(StoredEntry entry) {
        if (failedAt != Outcome.NO_FAILURE) {
            return;
        }
        try {
            EventCodec.decode(
                    Objects.requireNonNull(entry.body()), event -> apply(event, entry.offset()));
            entries++;
        } catch (RuntimeException e) {
            // Whatever a machine throws on its way up keeps a broker from opening the log.
            failedAt = entry.offset();
            because = String.valueOf(e.getMessage());
        }
    }

    private void apply(Event event, long offset) {
        machine.apply(event, offset);
    }
}
