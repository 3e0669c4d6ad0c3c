package io.millrace.server.logs;

import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.PartitionLoop;
import io.millrace.core.catalog.CatalogMachine;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.DestinationReport;
import io.millrace.core.partition.LifeEvent;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.PartitionMachine;
import io.millrace.server.messages.MessageStore;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.SegmentLimits;
import io.millrace.storage.segment.SegmentedLog;
import io.millrace.storage.segment.SegmentedLogConfig;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Opens a log as a broker does: recovery, checkpoint, index of messages, replay. Then settles, for
 * all subscriptions of their destinations, the messages that wait and are not in the log any more:
 * a broker that came to deliver one would find damage, and close the partition.
 */
final class RepairedLog implements PartitionLoop.Shell, PartitionLog.Listener {

    private static final int CACHE_BYTES = 1 << 20;

    private final LongPredicate lost;
    private @Nullable MessageStore store;
    private @Nullable LogFailure failure;

    private RepairedLog(LongPredicate lost) {
        this.lost = lost;
    }

    /**
     * Opens a log and closes it again.
     *
     * @param segmentBytes size of its segments
     * @param lost tells of the offset of an entry whether it is lost
     * @return what was settled, as sentences
     * @throws LogFailure if a broker could not open it
     */
    static List<String> open(
            Flusher flusher, Path directory, int partition, long segmentBytes, LongPredicate lost) {
        SegmentLimits standard = SegmentLimits.defaults();
        SegmentLimits limits =
                new SegmentLimits(
                        segmentBytes,
                        standard.recordBytes(),
                        standard.spareFiles(),
                        standard.idleMillis());
        RepairedLog shell = new RepairedLog(lost);
        SegmentedLog log =
                SegmentedLog.open(
                        new SegmentedLogConfig(
                                directory,
                                partition,
                                SegmentedLogConfig.NEXT_EPOCH,
                                limits,
                                flusher,
                                shell));
        List<String> settled;
        try (log) {
            settled = shell.recover(log, partition);
        }
        LogFailure late = shell.failure;
        if (late != null) {
            throw late;
        }
        return settled;
    }

    private List<String> recover(SegmentedLog log, int partition) {
        if (partition == StateReplay.CATALOG) {
            new PartitionLoop<>(new CatalogMachine(partition, 0), log, this).recover();
            return List.of();
        }
        MessageStore messages = new MessageStore(log, CACHE_BYTES);
        store = messages;
        PartitionMachine machine = (PartitionMachine) StateReplay.machineOf(partition, log.epoch());
        new PartitionLoop<>(machine, log, this).recover();
        return settleMissing(machine, log, messages);
    }

    private List<String> settleMissing(
            PartitionMachine machine, SegmentedLog log, MessageStore messages) {
        List<Event> events = new ArrayList<>();
        List<String> sentences = new ArrayList<>();
        machine.report(
                report -> {
                    SequenceRanges missing =
                            machine.unsettled(report.destinationId(), missing(messages, report));
                    if (!missing.isEmpty()) {
                        sentences.add(sentence(report, missing));
                        for (long subscription : machine.subscriptionsOf(report.destinationId())) {
                            events.add(new PartitionEvent.Settled(subscription, missing));
                        }
                    }
                });
        if (!events.isEmpty()) {
            if (!machine.isUncertain()) {
                // Asked of the machine: a checkpoint of the very end leaves nothing to replay.
                events.add(new LifeEvent.StoppedCleanly());
            }
            log.append(EventCodec.encode(events), System.currentTimeMillis());
        }
        return sentences;
    }

    private SequenceRanges missing(MessageStore messages, DestinationReport report) {
        return messages.index()
                .missing(
                        report.destinationId(),
                        report.lowestNeededSequence(),
                        report.nextSequence() - 1,
                        lost);
    }

    private static String sentence(DestinationReport report, SequenceRanges missing) {
        return "of destination %d '%s', sequences %s are not in the log: settled where they waited"
                .formatted(report.destinationId(), report.name(), missing);
    }

    // --- what the log reports ---

    @Override
    public byte[] sealing(PartitionLog.SealedSegment segment) {
        MessageStore messages = store;
        return messages == null ? new byte[0] : messages.index().seal(segment);
    }

    @Override
    public void durableUpTo(long offset) {
        // Closing the log waits for it.
    }

    @Override
    public void failed(LogFailure reported) {
        failure = reported;
    }

    // --- what a replay shows ---

    @Override
    public void logged(Event event, long offset) {
        MessageStore messages = store;
        if (messages != null) {
            messages.index().logged(event, offset);
        }
    }

    @Override
    public void restored(WireInput from) {
        MessageStore messages = store;
        if (messages != null) {
            messages.index().restore(from);
        }
    }

    @Override
    public void perform(Effect effect) {
        throw new IllegalStateException("Expected no effects of a replay, but got " + effect);
    }

    @Override
    public void snapshot(WireOutput to) {
        throw new IllegalStateException("Expected no checkpoint of a replay");
    }

    @Override
    public void checkpointed(long upTo) {
        throw new IllegalStateException("Expected no checkpoint of a replay");
    }
}
