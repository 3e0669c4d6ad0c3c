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
import io.millrace.wire.DestinationKind;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
            new PartitionLoop<>(new CatalogMachine(1, 0), log, this).recover();
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
        Set<Long> brokenBodies = brokenBodies(machine, messages);
        machine.report(
                report -> {
                    long id = report.destinationId();
                    if (report.kind() == DestinationKind.BODY) {
                        // It ends with what settles its message, and no event may name it then. One
                        // that no message refers to yet must not be taken for a whole one.
                        if (brokenBodies.contains(id) && !machine.isReferred(id)) {
                            events.add(new PartitionEvent.DestinationDeleted(id));
                        }
                        return;
                    }
                    SequenceRanges missing = machine.unsettled(id, missing(messages, report));
                    SequenceRanges bodiless = machine.referring(id, brokenBodies);
                    RangeSet settled = new RangeSet();
                    settled.add(missing);
                    settled.add(bodiless);
                    if (!missing.isEmpty()) {
                        sentences.add(sentence(report, missing));
                    }
                    if (!bodiless.isEmpty()) {
                        sentences.add(bodySentence(report, bodiless));
                    }
                    if (!settled.isEmpty()) {
                        for (long subscription : machine.subscriptionsOf(id)) {
                            events.add(
                                    new PartitionEvent.Settled(subscription, settled.toRanges()));
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

    /** Large bodies of which a part is lost. */
    private Set<Long> brokenBodies(PartitionMachine machine, MessageStore messages) {
        Set<Long> broken = new HashSet<>();
        machine.report(
                report -> {
                    if (report.kind() == DestinationKind.BODY
                            && !missing(messages, report).isEmpty()) {
                        broken.add(report.destinationId());
                    }
                });
        return broken;
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

    private static String bodySentence(DestinationReport report, SequenceRanges bodiless) {
        return "of destination %d '%s', sequences %s have large bodies that are not in the log as a whole: settled where they waited"
                .formatted(report.destinationId(), report.name(), bodiless);
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
