package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.Origin;
import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.PageIndex;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A partition machine without a log: each command is a turn, events are kept in their encoded form.
 */
final class PartitionHarness {

    static final long EPOCH = 7;

    PartitionMachine machine;
    final List<byte[]> loggedEvents = new ArrayList<>();
    final List<Effect> lastEffects = new ArrayList<>();
    final List<Event> lastEvents = new ArrayList<>();

    /** What the first of the last effects wait for; the others wait for nothing. */
    final List<Long> lastGates = new ArrayList<>();

    private final PartitionLimits limits;
    private final long leap;
    private final Supplier<? extends PageIndex> indexes;
    private long nowMillis = 1_000;
    private long steadyMillis = 1_000;
    private long setMillis;

    PartitionHarness(PartitionLimits limits) {
        this(limits, PartitionMachine.LEAP);
    }

    /**
     * @param leap how many sequences a crash leaps over
     */
    PartitionHarness(PartitionLimits limits, long leap) {
        this(limits, leap, HeapIndex::new);
    }

    /**
     * @param indexes what each machine uses
     */
    PartitionHarness(PartitionLimits limits, long leap, Supplier<? extends PageIndex> indexes) {
        this.limits = limits;
        this.leap = leap;
        this.indexes = indexes;
        this.machine = new PartitionMachine(1, EPOCH, limits, indexes.get(), leap);
    }

    void advance(long millis) {
        steadyMillis += millis;
        nowMillis = Math.max(nowMillis, steadyMillis + setMillis);
    }

    /** Somebody sets the wall clock. */
    void setClock(long byMillis) {
        setMillis += byMillis;
        nowMillis = Math.max(nowMillis, steadyMillis + setMillis);
    }

    void handle(PartitionCommand command) {
        Decision decision = new Decision(machine);
        decision.begin(loggedEvents.size());
        machine.handle(command, nowMillis, steadyMillis, decision);
        lastEvents.clear();
        lastEvents.addAll(decision.events());
        lastEffects.clear();
        lastEffects.addAll(decision.gatedEffects());
        lastGates.clear();
        for (int index = 0; index < lastEffects.size(); index++) {
            lastGates.add(decision.gateOf(index));
        }
        lastEffects.addAll(decision.immediateEffects());
        for (Event event : decision.events()) {
            loggedEvents.add(EventCodec.encode(List.of(event)).toByteArray());
        }
    }

    /** The process dies: a new machine is built from the events. */
    void restart() {
        machine = replay(null, 0);
    }

    /** The same, and the last events were not durable. */
    void crash(int lostEvents) {
        loggedEvents.subList(loggedEvents.size() - lostEvents, loggedEvents.size()).clear();
        restart();
    }

    /** A machine from a snapshot (or none) and the events from {@code index} on. */
    PartitionMachine replay(byte @Nullable [] snapshot, int index) {
        PartitionMachine rebuilt = new PartitionMachine(1, EPOCH, limits, indexes.get(), leap);
        if (snapshot != null) {
            rebuilt.restore(new WireInput(snapshot));
        }
        for (int at = index; at < loggedEvents.size(); at++) {
            long offset = at;
            EventCodec.decode(loggedEvents.get(at), event -> rebuilt.apply(event, offset));
        }
        return rebuilt;
    }

    /**
     * Lets a machine hand out all that it has to new consumers; what it logs on the way, but not
     * that a time was reached: that may be one which nobody needs any more.
     */
    List<String> goOn(PartitionMachine other) {
        Origin origin = origin(9, 9);
        List<String> events = new ArrayList<>();
        decide(other, new PartitionCommand.LinkOpened(origin), nowMillis, events);
        for (long subscription = 1; subscription <= 6; subscription++) {
            PartitionCommand attach =
                    new PartitionCommand.Attach(
                            origin,
                            1,
                            subscription,
                            subscription,
                            100_000,
                            1 << 30,
                            SequenceRanges.EMPTY,
                            SequenceRanges.EMPTY,
                            SequenceRanges.EMPTY,
                            null,
                            SequenceRanges.EMPTY);
            decide(other, attach, nowMillis, events);
        }
        for (long millis = nowMillis; millis < nowMillis + 1_000; millis += 20) {
            decide(other, new PartitionCommand.Tick(), millis, events);
        }
        return events;
    }

    /** Whether hand-outs share an event depends on what else is known, be it needed or not. */
    private static void addLines(Event event, List<String> lines) {
        if (event instanceof PartitionEvent.HandedOut out) {
            SequenceRanges all = out.sequences();
            for (int range = 0; range < all.rangeCount(); range++) {
                for (long each = all.first(range); each <= all.last(range); each++) {
                    lines.add(out.subscriptionId() + " " + out.holder() + " " + each);
                }
            }
        } else {
            lines.add(event.toString());
        }
    }

    /** Whatever it wants to read is there, in blocks of their own. */
    private static void decide(
            PartitionMachine other, PartitionCommand command, long millis, List<String> events) {
        Decision decision = new Decision(other);
        decision.begin(0);
        other.handle(command, millis, millis, decision);
        decision.events().stream()
                .filter(event -> !(event instanceof TimeEvent.TimeReached))
                .forEach(event -> addLines(event, events));
        for (Effect effect : decision.immediateEffects()) {
            if (effect instanceof Effect.Read read) {
                Block block = new Block(read.from(), (int) (read.to() - read.from() + 1), 100);
                decide(
                        other,
                        new PartitionCommand.ReadDone(
                                read.readId(), read.destinationId(), List.of(block)),
                        millis,
                        events);
            }
        }
    }

    static byte[] snapshot(PartitionMachine machine) {
        WireOutput to = new WireOutput(256);
        machine.snapshot(to);
        return to.toByteArray();
    }

    static Origin origin(long link, long connection) {
        return new Origin(link, new Id128(0, connection), null);
    }

    static PartitionCommand openQueue(Origin origin, long id, String name) {
        return new PartitionCommand.OpenDestination(origin, 1, id, DestinationKind.QUEUE, name, 1);
    }

    long nowMillis() {
        return nowMillis;
    }

    /**
     * What a message's head says of how it is delivered, and when, in milliseconds, and of its
     * group; 0 for nothing.
     */
    record Terms(boolean persistent, int priority, long expiration, long deliveryTime, int group) {

        static final Terms PLAIN = new Terms(MessageHead.DEFAULT_PRIORITY, 0, 0);

        Terms(int priority, long expiration, long deliveryTime) {
            this(true, priority, expiration, deliveryTime, 0);
        }
    }

    /** A batch of PERSISTENT messages with a body of one byte each. */
    static MessageBatch batch(Id128 producer, long firstSequence, int count) {
        return batch(producer, new byte[0], firstSequence, Collections.nCopies(count, Terms.PLAIN));
    }

    /** The same in a transaction of the producer. */
    static MessageBatch batch(Id128 producer, long transaction, long firstSequence, int count) {
        return batch(producer, transaction, firstSequence, Collections.nCopies(count, Terms.PLAIN));
    }

    /** A batch in a transaction, with a message for each of the terms. */
    static MessageBatch batch(
            Id128 producer, long transaction, long firstSequence, List<Terms> terms) {
        byte[] id = new TransactionId(producer, transaction).toBytes();
        return batch(producer, id, firstSequence, terms);
    }

    /** A batch with a message for each of the terms. */
    static MessageBatch batch(Id128 producer, long firstSequence, List<Terms> terms) {
        return batch(producer, new byte[0], firstSequence, terms);
    }

    /** The same in whatever transaction has this id. */
    static MessageBatch batch(
            Id128 producer, byte[] transactionId, long firstSequence, List<Terms> terms) {
        WireOutput to = new WireOutput(64);
        MessageBatch.writeHeader(to, producer, firstSequence, 1_000, transactionId);
        MessageBatch.setCount(to, 0, terms.size());
        for (Terms each : terms) {
            int start =
                    MessageHead.begin(
                            to,
                            new MessageHead.Fields(
                                    (each.persistent() ? MessageHead.PERSISTENT : 0)
                                            | (each.group() == 0 ? 0 : MessageHead.HAS_GROUP),
                                    each.priority(),
                                    1,
                                    0,
                                    each.group(),
                                    each.expiration(),
                                    each.deliveryTime()));
            int body = to.size();
            to.writeByte('m');
            MessageHead.finish(to, start, body, body);
        }
        MessageBatch batch = new MessageBatch(to.toByteArray(), 0, to.size());
        batch.validate();
        return batch;
    }
}
