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
import io.millrace.wire.WireFormatException;
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
        } else if (event instanceof BranchEvent.TransactionPrepared prepared) {
            transactions.add(
                    "branch %s of a distributed transaction, prepared %s with %d messages sent and %d received: its transaction manager will be told that there is none"
                            .formatted(
                                    prepared.id(),
                                    Instant.ofEpochMilli(prepared.preparedMillis()),
                                    prepared.messages(),
                                    prepared.deliveries()));
        } else if (event instanceof BranchEvent.TransactionResolved resolved) {
            transactions.add(
                    "the decision %s of branch %s: if it was prepared before, it is prepared again"
                            .formatted(resolved.resolution(), resolved.id()));
        } else if (event instanceof BranchEvent.TransactionForgotten forgotten) {
            transactions.add(
                    "that the decision of branch %s was forgotten: it is remembered again"
                            .formatted(forgotten.id()));
        } else if (event instanceof TransactionEvent.TransactionRuledOut ruledOut) {
            transactions.add(
                    "that transaction %s is rolled back, which somebody was told"
                            .formatted(ruledOut.id()));
        } else {
            othersByKind.merge(event.getClass().getSimpleName(), 1L, Long::sum);
        }
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
