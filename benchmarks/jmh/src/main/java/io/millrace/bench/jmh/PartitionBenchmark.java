package io.millrace.bench.jmh;

import io.millrace.core.Decision;
import io.millrace.core.EventCodec;
import io.millrace.core.Origin;
import io.millrace.core.log.EntryBody;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.PartitionMachine;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.Outcome;
import io.millrace.wire.SequenceRanges;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The partition's machine alone: a batch is sent, handed out to a waiting consumer and settled. One
 * operation is a batch, two turns, with the encoding of their events.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PartitionBenchmark {

    private static final long EPOCH = 7;
    private static final long QUEUE = 42;
    private static final long CONSUMER = 3;
    private static final long NOW_MILLIS = 1_000;
    private static final int BODY_BYTES = 100;
    private static final int CREDIT = 1 << 20;
    private static final Origin ORIGIN = new Origin(1, new Id128(0, 1), null);

    @Param({"1", "450"})
    public int messages;

    private final PartitionMachine machine =
            new PartitionMachine(1, EPOCH, PartitionLimits.NETWORK);
    private final Decision decision = new Decision(machine);
    private byte[] batch = new byte[0];
    private long turn;
    private long settleId;
    private long nextSequence = -1;
    private long nextProducerSequence = 1;

    @Setup
    public void openQueueAndConsumer() {
        batch = Batches.encoded(messages, BODY_BYTES);
        turn(new PartitionCommand.LinkOpened(ORIGIN));
        turn(
                new PartitionCommand.OpenDestination(
                        ORIGIN, 1, QUEUE, DestinationKind.QUEUE, "queue", 1));
        turn(new PartitionCommand.OpenProducer(ORIGIN, 1, Batches.PRODUCER, false));
        turn(
                new PartitionCommand.Attach(
                        ORIGIN,
                        2,
                        CONSUMER,
                        QUEUE,
                        CREDIT,
                        CREDIT << 8,
                        SequenceRanges.EMPTY,
                        SequenceRanges.EMPTY,
                        SequenceRanges.EMPTY,
                        null,
                        SequenceRanges.EMPTY));
        machine.report(report -> nextSequence = report.nextSequence());
    }

    @Benchmark
    public EntryBody sendAndSettle() {
        Batches.setFirstSequence(batch, nextProducerSequence);
        turn(
                new PartitionCommand.Enqueue(
                        ORIGIN, 1, EPOCH, QUEUE, new MessageBatch(batch, 0, batch.length)));
        turn(
                new PartitionCommand.Settle(
                        ORIGIN,
                        CONSUMER,
                        ++settleId,
                        EPOCH,
                        Outcome.ACCEPTED,
                        SequenceRanges.of(nextSequence, nextSequence + messages - 1),
                        false,
                        null));
        EntryBody entry = EventCodec.encode(decision.events());
        turn(new PartitionCommand.Credit(ORIGIN, CONSUMER, messages, batch.length, false, false));
        nextProducerSequence += messages;
        nextSequence += messages;
        return entry;
    }

    private void turn(PartitionCommand command) {
        decision.begin(turn++);
        machine.handle(command, NOW_MILLIS, NOW_MILLIS, decision);
    }

    /** A machine that refused what it was given would be fast. */
    @TearDown(Level.Iteration)
    public void requireThatAllWasSettled() {
        machine.report(
                report -> {
                    if (report.nextSequence() != nextSequence
                            || report.lowestNeededSequence() != nextSequence) {
                        throw new IllegalStateException(
                                "Expected all to be settled before %d, but the queue is at %s"
                                        .formatted(nextSequence, report));
                    }
                });
    }
}
