package io.millrace.simulation;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.BranchEvent;
import io.millrace.core.partition.LifeEvent;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.TransactionEvent;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Logs that the planted bugs put between a partition and its log. */
final class PlantedLog {

    private static final LogEntry NOTHING = new LogEntry(0, 0, 0, 0, new byte[0]);

    private PlantedLog() {}

    /** What a log reports to, so that a bug can speak in its place. */
    static final class Ears implements PartitionLog.Listener {

        private final World world;
        private final String name;
        private final PartitionLog.Listener listener;

        /**
         * @param name of the partition's log, over all its openings
         */
        Ears(World world, String name, PartitionLog.Listener listener) {
            this.world = world;
            this.name = name;
            this.listener = listener;
        }

        @Override
        public byte[] sealing(PartitionLog.SealedSegment segment) {
            return listener.sealing(segment);
        }

        @Override
        public void durableUpTo(long offset) {
            world.planted().put(name, new LogEntry(offset, offset, 0, 0, new byte[0]));
            listener.durableUpTo(offset);
        }

        @Override
        public void failed(LogFailure failure) {
            listener.failed(failure);
        }
    }

    /** The log that the scenario's bug makes of one. */
    static PartitionLog disguise(World world, WatchedLog log, Ears ears) {
        String name = ears.name;
        Lives lives = world.oracle().lives();
        lives.logOpened(name, log.durableOffset(), world.timeline().nowNanos());
        log.whenWhole(offset -> lives.logIsWhole(name, offset));
        switch (world.scenario().bug()) {
            case EFFECT_BEFORE_DURABLE:
                return new Hasty(log, world.coverage(), ears);
            case WINDOW_LOST_AT_TAKE_OVER:
                return new Forgetful(log, world.coverage());
            case HALF_A_GROUP_APPLIED:
                return new Halving(log, world, name, Halving::half);
            case HALF_A_TRANSACTION_APPLIED:
                return new Halving(log, world, name, Halving::halfTransaction);
            case CRASH_TAKEN_FOR_A_STOP:
                return new Innocent(log, world.coverage());
            case PREPARED_IS_FORGOTTEN:
                return new Absentminded(log, world.coverage(), Absentminded::withoutPrepared);
            case RULED_OUT_IS_FORGOTTEN:
                return new Absentminded(log, world.coverage(), Absentminded::withoutRuledOut);
            case DECISION_IS_FORGOTTEN:
                return new Absentminded(log, world.coverage(), Absentminded::withoutParticipants);
            case HAND_OUT_MARK_SKIPPED:
                return new Silent(log, world.coverage());
            default:
                return log;
        }
    }

    private static LogEntry with(LogEntry entry, byte[] body) {
        return new LogEntry(
                entry.offset(), entry.nextOffset(), entry.epoch(), entry.appendMillis(), body);
    }

    private static List<Event> events(byte[] body) {
        List<Event> events = new ArrayList<>();
        EventCodec.decode(body, events::add);
        return events;
    }

    private static List<Event> without(byte[] body, Predicate<Event> unwanted) {
        List<Event> events = events(body);
        events.removeIf(unwanted);
        return events;
    }

    /** Reports an entry as durable as soon as it is appended. */
    private static final class Hasty extends WatchedLog {

        private final Ears ears;

        Hasty(WatchedLog log, Coverage coverage, Ears ears) {
            super(log, coverage);
            this.ears = ears;
        }

        @Override
        public long append(EntryBody body, long nowMillis) {
            long offset = log.append(body, nowMillis);
            ears.durableUpTo(log.endOffset());
            return offset;
        }

        @Override
        public long appendUnhurried(EntryBody body, long nowMillis) {
            return append(body, nowMillis);
        }
    }

    /** Ends in a clean stop when it is read back. */
    private static final class Innocent extends WatchedLog {

        Innocent(WatchedLog log, Coverage coverage) {
            super(log, coverage);
        }

        @Override
        public List<LogEntry> read(long from, int maxBytes) {
            return super.read(from, maxBytes).stream().map(this::excuse).toList();
        }

        private LogEntry excuse(LogEntry entry) {
            List<Event> events = events(entry.body());
            if (entry.nextOffset() != endOffset()
                    || !events.stream().allMatch(PartitionEvent.class::isInstance)) {
                return entry;
            }
            events.add(new LifeEvent.StoppedCleanly());
            return with(entry, EventCodec.encode(events).toByteArray());
        }
    }

    /** Forgets producers when it is read back. */
    private static final class Forgetful extends WatchedLog {

        Forgetful(WatchedLog log, Coverage coverage) {
            super(log, coverage);
        }

        @Override
        public List<LogEntry> read(long from, int maxBytes) {
            return super.read(from, maxBytes).stream().map(Forgetful::forget).toList();
        }

        private static LogEntry forget(LogEntry entry) {
            List<Event> left =
                    without(entry.body(), event -> event instanceof PartitionEvent.ProducerOpened);
            return with(entry, EventCodec.encode(left).toByteArray());
        }

        @Override
        public @Nullable Checkpoint latestCheckpoint() {
            return startOffset() == 0 ? null : super.latestCheckpoint();
        }
    }

    /** Has forgotten some kind of event when it is read back. */
    private static final class Absentminded extends WatchedLog {

        private final UnaryOperator<List<Event>> forgetting;

        Absentminded(WatchedLog log, Coverage coverage, UnaryOperator<List<Event>> forgetting) {
            super(log, coverage);
            this.forgetting = forgetting;
        }

        @Override
        public List<LogEntry> read(long from, int maxBytes) {
            return super.read(from, maxBytes).stream().map(this::forget).toList();
        }

        private LogEntry forget(LogEntry entry) {
            List<Event> left = forgetting.apply(events(entry.body()));
            return with(entry, EventCodec.encode(left).toByteArray());
        }

        private static List<Event> withoutPrepared(List<Event> events) {
            events.removeIf(event -> event instanceof BranchEvent.TransactionPrepared);
            return events;
        }

        private static List<Event> withoutRuledOut(List<Event> events) {
            events.removeIf(event -> event instanceof TransactionEvent.TransactionRuledOut);
            return events;
        }

        private static List<Event> withoutParticipants(List<Event> events) {
            events.replaceAll(
                    event ->
                            event instanceof TransactionEvent.TransactionCommitted decision
                                    ? new TransactionEvent.TransactionCommitted(decision.id())
                                    : event);
            return events;
        }

        @Override
        public @Nullable Checkpoint latestCheckpoint() {
            return startOffset() == 0 ? null : super.latestCheckpoint();
        }
    }

    /** Never stores that something was handed out. */
    private static final class Silent extends WatchedLog {

        Silent(WatchedLog log, Coverage coverage) {
            super(log, coverage);
        }

        @Override
        public long append(EntryBody body, long nowMillis) {
            return log.append(silenced(body), nowMillis);
        }

        @Override
        public long appendUnhurried(EntryBody body, long nowMillis) {
            return log.appendUnhurried(silenced(body), nowMillis);
        }

        private static EntryBody silenced(EntryBody body) {
            return EventCodec.encode(
                    without(
                            body.toByteArray(),
                            event -> event instanceof PartitionEvent.HandedOut));
        }
    }

    /**
     * What was on its way to the disk when the process died is found half: of the last batch, or of
     * the last transaction, and so of its entry, only the first half is applied, and nothing
     * behind.
     */
    private static final class Halving extends WatchedLog {

        private static final byte[] NO_EVENTS = EventCodec.encode(List.of()).toByteArray();

        private final World world;
        private final String name;
        private final UnaryOperator<LogEntry> half;

        Halving(WatchedLog log, World world, String name, UnaryOperator<LogEntry> half) {
            super(log, world.coverage());
            this.world = world;
            this.name = name;
            this.half = half;
            halveTheLast();
        }

        private void halveTheLast() {
            long reported = world.planted().getOrDefault(name, NOTHING).offset();
            long at = Math.max(reported, startOffset());
            Map<Long, LogEntry> found = new HashMap<>();
            while (at < durableOffset()) {
                LogEntry entry = super.read(at, 1).get(0);
                at = entry.nextOffset();
                LogEntry halved = half.apply(entry);
                if (halved != entry) {
                    found.clear();
                    found.put(entry.offset(), halved);
                } else if (!found.isEmpty()) {
                    found.put(entry.offset(), with(entry, NO_EVENTS));
                }
            }
            found.forEach((offset, entry) -> world.planted().put(name + offset, entry));
        }

        @Override
        public List<LogEntry> read(long from, int maxBytes) {
            return super.read(from, maxBytes).stream()
                    .map(entry -> world.planted().getOrDefault(name + entry.offset(), entry))
                    .toList();
        }

        private static LogEntry half(LogEntry entry) {
            List<Event> applied = new ArrayList<>();
            for (Event event : events(entry.body())) {
                if (event instanceof PartitionEvent.Enqueued enqueued
                        && enqueued.batch().count() > 1) {
                    applied.add(part(enqueued, 0, enqueued.batch().count() / 2));
                    return with(entry, EventCodec.encode(applied).toByteArray());
                }
                applied.add(event);
            }
            return entry;
        }

        /** Nothing behind the first batch of the entry's last transaction is found. */
        private static LogEntry halfTransaction(LogEntry entry) {
            List<Event> events = events(entry.body());
            String last = "";
            for (Event event : events) {
                if (event instanceof TransactionEvent.TransactionCommitted committed) {
                    last = HexFormat.of().formatHex(committed.id().toBytes());
                }
            }
            List<Event> applied = new ArrayList<>();
            for (Event event : events) {
                applied.add(event);
                if (event instanceof PartitionEvent.Enqueued enqueued
                        && enqueued.batch().transactionId().length > 0
                        && HexFormat.of()
                                .formatHex(enqueued.batch().transactionId())
                                .equals(last)) {
                    return with(entry, EventCodec.encode(applied).toByteArray());
                }
            }
            return entry;
        }

        private static PartitionEvent.Enqueued part(
                PartitionEvent.Enqueued whole, int index, int count) {
            MessageBatch batch = whole.batch();
            WireOutput to = new WireOutput(batch.length());
            MessageBatch.writeHeader(
                    to,
                    batch.producerId(),
                    batch.firstProducerSequence() + index,
                    batch.baseTimeMillis(),
                    batch.transactionId());
            MessageBatch.setCount(to, 0, count);
            to.writeBytes(batch.array(), batch.messageAt(index), batch.messageBytes(index, count));
            byte[] bytes = to.toByteArray();
            return new PartitionEvent.Enqueued(
                    whole.destinationId(),
                    whole.firstSequence() + index,
                    whole.connectionId(),
                    whole.user(),
                    new MessageBatch(bytes, 0, bytes.length));
        }
    }
}
