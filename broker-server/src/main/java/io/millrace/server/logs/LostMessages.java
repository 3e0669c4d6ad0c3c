package io.millrace.server.logs;

import io.millrace.server.messages.StoredBlock;
import io.millrace.server.messages.StoredBlocks;
import io.millrace.storage.segment.CheckpointFile;
import io.millrace.storage.segment.LogInspection;
import io.millrace.storage.segment.LogVisitor;
import io.millrace.storage.segment.RepairPlan.Loss;
import io.millrace.wire.RangeSet;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Names the messages that were in entries which cannot be read any more, as far as footers and the
 * newest checkpoint tell it. Which of them still waited is not known here.
 */
final class LostMessages implements LogVisitor {

    private final Loss loss;
    private final Map<Long, RangeSet> sequencesByDestination = new TreeMap<>();

    private LostMessages(Loss loss) {
        this.loss = loss;
    }

    /** A line for each destination; none if nothing is known. */
    static List<String> of(LogInspection log, Loss loss) throws IOException {
        LostMessages messages = new LostMessages(loss);
        if (log.partition() != StateReplay.CATALOG) {
            log.showSeals(loss.from(), loss.to(), messages);
            messages.readCheckpoint(log);
        }
        List<String> lines = new ArrayList<>();
        messages.sequencesByDestination.forEach(
                (id, sequences) ->
                        lines.add(
                                "among them messages of destination %d: sequences %s"
                                        .formatted(id, sequences.toRanges())));
        return lines;
    }

    private void readCheckpoint(LogInspection log) throws IOException {
        CheckpointFile newest = log.newestUsable(LogInspection.END);
        byte @Nullable [] content = newest == null ? null : log.content(newest);
        if (content != null) {
            WireInput from = new WireInput(content);
            from.skip(from.readCount(from.remaining()));
            add(from);
        }
    }

    @Override
    public void seal(long offset, byte @Nullable [] footer, boolean elsewhere) {
        if (footer != null) {
            add(new WireInput(footer));
        }
    }

    private void add(WireInput directory) {
        List<StoredBlock> blocks;
        try {
            blocks = StoredBlocks.in(directory);
        } catch (WireFormatException e) {
            return; // nothing is known then; a broker reads the entries instead
        }
        for (StoredBlock block : blocks) {
            if (loss.from() <= block.offset() && block.offset() < loss.to()) {
                sequencesByDestination
                        .computeIfAbsent(block.destinationId(), id -> new RangeSet())
                        .add(block.firstSequence(), block.firstSequence() + block.count() - 1);
            }
        }
    }
}
