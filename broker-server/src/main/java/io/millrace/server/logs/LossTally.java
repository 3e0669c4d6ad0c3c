package io.millrace.server.logs;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.partition.BranchEvent;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.Relocated;
import io.millrace.core.partition.TransactionEvent;
import io.millrace.storage.segment.LogVisitor;
import io.millrace.storage.segment.StoredEntry;
import io.millrace.wire.RangeSet;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WorkId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Names what is in entries that are still readable and are about to be given up. */
final class LossTally implements LogVisitor {

    private final Map<Long, RangeSet> messagesByDestination = new TreeMap<>();
    private final Map<Long, RangeSet> settledBySubscription = new TreeMap<>();
    private final Map<String, Long> othersByKind = new TreeMap<>();
    private final List<String> transactions = new ArrayList<>();
    private long entries;
    private long unreadable;
    private long firstMillis;
    private long lastMillis;

    @Override
    public boolean wantsBodies() {
        return true;
    }

    @Override
    public void entry(StoredEntry entry) {
        firstMillis = entries == 0 ? entry.appendMillis() : firstMillis;
        lastMillis = entry.appendMillis();
        entries++;
        try {
            EventCodec.decode(Objects.requireNonNull(entry.body()), this::count);
        } catch (WireFormatException e) {
            unreadable++;
        }
    }

    private void count(Event event) {
        if (event instanceof PartitionEvent.Enqueued enqueued) {
            countMessages(enqueued);
        } else if (event instanceof Relocated relocated) {
            countMessages(relocated.messages());
        } else if (event instanceof PartitionEvent.Settled settled) {
            settledBySubscription
                    .computeIfAbsent(settled.subscriptionId(), id -> new RangeSet())
                    .add(settled.sequences());
        } else if (event instanceof BranchEvent branch) {
            transactions.add(lossOf(branch));
        } else if (event instanceof TransactionEvent.TransactionCommitted committed
                && !committed.participants().isEmpty()) {
            transactions.add(
                    "the decision to commit transaction %s for partitions %s as well: those that have not heard of it roll their part back"
                            .formatted(committed.id(), committed.participants()));
        } else if (event instanceof TransactionEvent.TransactionRuledOut ruledOut) {
            transactions.add(
                    "that transaction %s is rolled back, which somebody was told"
                            .formatted(ruledOut.id()));
        } else {
            othersByKind.merge(event.getClass().getSimpleName(), 1L, Long::sum);
        }
    }

    private static String lossOf(BranchEvent event) {
        if (event instanceof BranchEvent.TransactionPrepared prepared) {
            return "%s, prepared %s with %d messages sent and %d received: %s"
                    .formatted(
                            prepared.coordinator() == 0
                                    ? "branch " + prepared.id() + " of a distributed transaction"
                                    : "the part of " + nameOf(prepared.id()),
                            Instant.ofEpochMilli(prepared.preparedMillis()),
                            prepared.messages(),
                            prepared.deliveries(),
                            prepared.coordinator() == 0
                                    ? "its transaction manager will be told that there is none"
                                    : "nothing of it happens here, whatever partition "
                                            + prepared.coordinator()
                                            + " decides");
        }
        if (event instanceof BranchEvent.TransactionResolved resolved) {
            return "the decision %s of %s: if it was prepared before, it is prepared again%s"
                    .formatted(
                            resolved.resolution(),
                            nameOf(resolved.id()),
                            resolved.id() instanceof TransactionId
                                    ? ", and rolled back if the partition that decided it has forgotten it"
                                    : "");
        }
        BranchEvent.TransactionForgotten forgotten = (BranchEvent.TransactionForgotten) event;
        return "that the decision of %s was forgotten: it is remembered again"
                .formatted(nameOf(forgotten.id()));
    }

    private static String nameOf(WorkId id) {
        return (id instanceof TransactionId ? "transaction " : "branch ") + id;
    }

    private void countMessages(PartitionEvent.Enqueued event) {
        long first = event.firstSequence();
        messagesByDestination
                .computeIfAbsent(event.destinationId(), id -> new RangeSet())
                .add(first, first + event.batch().count() - 1);
    }

    /** A line for each kind of thing. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (entries == 0) {
            return lines;
        }
        lines.add(
                "%d intact entries, of %s to %s"
                        .formatted(
                                entries,
                                Instant.ofEpochMilli(firstMillis),
                                Instant.ofEpochMilli(lastMillis)));
        messagesByDestination.forEach(
                (id, sequences) ->
                        lines.add(
                                "%d messages of destination %d: sequences %s"
                                        .formatted(sequences.count(), id, sequences.toRanges())));
        settledBySubscription.forEach(
                (id, sequences) ->
                        lines.add(
                                "%d settlements of subscription %d: sequences %s; these messages may be delivered again"
                                        .formatted(sequences.count(), id, sequences.toRanges())));
        lines.addAll(transactions);
        othersByKind.forEach((kind, count) -> lines.add(count + " " + kind));
        if (unreadable > 0) {
            lines.add(unreadable + " entries that this version cannot decode");
        }
        return lines;
    }
}
