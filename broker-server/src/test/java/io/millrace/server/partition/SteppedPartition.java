package io.millrace.server.partition;

import io.millrace.core.Origin;
import io.millrace.core.PartitionLoop;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.RewindStep;
import io.millrace.server.LogOpener;
import io.millrace.server.messages.RetentionPolicies;
import io.millrace.storage.heap.HeapLog;
import io.millrace.storage.heap.HeapMemory;
import io.millrace.wire.BodyReference;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.Browsed;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.FrameLink;
import io.millrace.wire.FrameReader;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.Outcome;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A partition over a log in memory with a segment for each entry, stepped by its test. */
final class SteppedPartition implements LogOpener, PartitionShell.Neighbours, FrameLink {

    static final Origin ORIGIN = new Origin(1, new Id128(0, 1), null);

    private static final Id128 PRODUCER = new Id128(0, 2);
    private static final int BATCH_BYTES = 1_000;

    /** What a partition calls the first destination that it numbers itself. */
    static final long FIRST_BODY = 1L << 40;

    private final HeapMemory memory = new HeapMemory();
    private RetentionPolicies retention;
    private final PartitionRunner<PartitionCommand> runner;
    private final List<PartitionLoop<PartitionCommand>> loops = new ArrayList<>();
    private final List<HeapLog> logs = new ArrayList<>();
    private PartitionLog.@Nullable Listener listener;
    private boolean holdsBack;
    private @Nullable List<Runnable> heldReads;
    private long lastProducerSequence;

    /** What was delivered. */
    final List<Long> delivered = new ArrayList<>();

    /** So many messages were shown to browsers. */
    private int browsed;

    long nowMillis = 1_000_000;

    SteppedPartition(RetentionPolicies retention) {
        this.retention = retention;
        Links links = new Links();
        links.add(ORIGIN.linkId(), this);
        PartitionHost host =
                new PartitionHost(
                        1,
                        this,
                        new PartitionLimits(0, 0, 0),
                        new PartitionShell.Surroundings(
                                links, this, (nanos, read) -> read(read), (link, bytes) -> {}));
        RunnerHost<PartitionCommand> watched =
                new RunnerHost<>() {
                    @Override
                    public RunnerHost.Running<PartitionCommand> open(
                            PartitionRunner<PartitionCommand> opening) {
                        RunnerHost.Running<PartitionCommand> running = host.open(opening);
                        loops.add(running.loop());
                        return running;
                    }

                    @Override
                    public PartitionCommand tick() {
                        return host.tick();
                    }

                    @Override
                    public void handled(PartitionCommand command) {
                        host.handled(command);
                    }

                    @Override
                    public void refused(PartitionCommand command, String why, int retryMillis) {
                        throw new IllegalStateException(why);
                    }

                    @Override
                    public void failed(RuntimeException failure) {
                        throw failure;
                    }
                };
        runner =
                new PartitionRunner<>(
                        "partition-1", watched, () -> nowMillis, () -> nowMillis * 1_000_000);
        runner.open();
        handle(new PartitionCommand.LinkOpened(ORIGIN));
        handle(new PartitionCommand.OpenProducer(ORIGIN, 1, PRODUCER, false));
    }

    /** Stops and begins again, with nothing in memory. */
    void restart() {
        runner.close();
        runner.open();
        handle(new PartitionCommand.LinkOpened(ORIGIN));
    }

    /** The same with another policy. */
    void restart(RetentionPolicies other) {
        retention = other;
        restart();
    }

    private void read(Runnable task) {
        if (heldReads == null) {
            task.run();
        } else {
            heldReads.add(task);
        }
    }

    /** From now on what is read in other threads waits. */
    void holdReads() {
        heldReads = new ArrayList<>();
    }

    /** What waited to be read is read. */
    void releaseReads() {
        List<Runnable> held = Objects.requireNonNull(heldReads);
        heldReads = null;
        held.forEach(Runnable::run);
        step();
    }

    @Override
    public Opened open(int partition, PartitionLog.Listener wanted) {
        listener = wanted;
        HeapLog log = HeapLog.open(memory, 1, 1, new HeldBack());
        logs.add(log);
        return new Opened(log, 1);
    }

    /** Tells of durable entries, unless that is held back. */
    private final class HeldBack implements PartitionLog.Listener {

        @Override
        public byte[] sealing(PartitionLog.SealedSegment segment) {
            return wanted().sealing(segment);
        }

        @Override
        public void durableUpTo(long offset) {
            if (!holdsBack) {
                wanted().durableUpTo(offset);
            }
        }

        @Override
        public void failed(LogFailure failure) {
            wanted().failed(failure);
        }
    }

    /** From now on nothing is durable, as far as the partition knows. */
    void holdBack() {
        holdsBack = true;
    }

    /** All before an offset is durable. */
    void durableUpTo(long offset) {
        wanted().durableUpTo(offset);
        step();
    }

    private PartitionLog.Listener wanted() {
        return Objects.requireNonNull(listener);
    }

    void checkpoint() {
        loops.get(loops.size() - 1).checkpoint();
        step();
    }

    HeapLog log() {
        return logs.get(logs.size() - 1);
    }

    /** The first entry that is left; the log has to be open. */
    LogEntry oldest() {
        return log().read(log().startOffset(), 1).get(0);
    }

    void handle(PartitionCommand command) {
        runner.post(command);
        step();
    }

    private void step() {
        while (runner.step()) {
            // Until there is nothing left to do.
        }
    }

    void open(DestinationKind kind, long id, String name) {
        handle(new PartitionCommand.OpenDestination(ORIGIN, 0, id, kind, name, 1));
    }

    /** Stores a message of some thousand bytes and returns where. */
    long send(long destinationId) {
        return send(destinationId, 0);
    }

    /** The same with a time from which on nobody wants it any more; 0 for none. */
    long send(long destinationId, long expiration) {
        WireOutput to = new WireOutput(BATCH_BYTES);
        MessageBatch.writeHeader(to, PRODUCER, ++lastProducerSequence, nowMillis, new byte[0]);
        MessageBatch.setCount(to, 0, 1);
        int start =
                MessageHead.begin(
                        to,
                        new MessageHead.Fields(MessageHead.PERSISTENT, 4, 2, 0, 0, expiration, 0));
        int body = to.size();
        to.writeBytes(new byte[BATCH_BYTES], 0, BATCH_BYTES);
        MessageHead.finish(to, start, body, body);
        return store(destinationId, to);
    }

    private long store(long destinationId, WireOutput batch) {
        long offset = log().endOffset();
        handle(
                new PartitionCommand.Enqueue(
                        ORIGIN,
                        1,
                        0,
                        destinationId,
                        new MessageBatch(batch.toByteArray(), 0, batch.size())));
        return offset;
    }

    /** Stores a body of one part; where. The first one is {@link #FIRST_BODY}. */
    long sendBody(long bodyId) {
        handle(
                new PartitionCommand.OpenTemporary(
                        ORIGIN, 1, DestinationKind.BODY, "body/" + bodyId));
        return send(bodyId);
    }

    /** Stores a message that has such a body. */
    void refer(long destinationId, long bodyId) {
        WireOutput to = new WireOutput(BATCH_BYTES);
        MessageBatch.writeHeader(to, PRODUCER, ++lastProducerSequence, nowMillis, new byte[0]);
        MessageBatch.setCount(to, 0, 1);
        int flags = MessageHead.PERSISTENT | MessageHead.BODY_ELSEWHERE;
        int start = MessageHead.begin(to, new MessageHead.Fields(flags, 4, 2, 0, 0, 0, 0));
        int body = to.size();
        new BodyReference(0, bodyId, BATCH_BYTES, 1, 0).writeTo(to);
        MessageHead.finish(to, start, body, body);
        store(destinationId, to);
    }

    /** Begins to consume a queue. */
    void attach(long queueId) {
        attach(queueId, null);
    }

    /** Begins to consume what a selector matches. */
    void attach(long queueId, @Nullable String selector) {
        handle(
                new PartitionCommand.Attach(
                        ORIGIN,
                        0,
                        queueId,
                        queueId,
                        1_000,
                        1 << 30,
                        SequenceRanges.EMPTY,
                        SequenceRanges.EMPTY,
                        SequenceRanges.EMPTY,
                        selector,
                        SequenceRanges.EMPTY));
    }

    /** How many messages of a queue, or parts of a body, there are to be seen. */
    int browse(long queueId) {
        browsed = 0;
        handle(new PartitionCommand.Browse(ORIGIN, 1, queueId, 1, 1_000, 1 << 20, null));
        return browsed;
    }

    void settle(long queueId, long sequence) {
        handle(
                new PartitionCommand.Settle(
                        ORIGIN,
                        queueId,
                        sequence,
                        1,
                        Outcome.ACCEPTED,
                        SequenceRanges.of(sequence, sequence),
                        true,
                        null));
    }

    /** Takes a queue back to the beginning. */
    void rewind(long queueId) {
        handle(
                new PartitionCommand.Rewind(
                        new RewindStep.Ask(
                                ORIGIN, 7, queueId, RewindFrom.BEGINNING, 0, null, false, null)));
    }

    @Override
    public void send(byte[] array, int offset, int length) {
        BrokerFrame frame =
                FrameReader.brokerFrame(array, offset + Integer.BYTES, length - Integer.BYTES);
        if (frame instanceof BrokerFrame.Deliver deliver) {
            deliver.runs().forEach(run -> delivered.add(run.firstSequence()));
        } else if (frame instanceof Browsed step) {
            step.runs().forEach(run -> browsed += run.count());
        }
    }

    @Override
    public void pauseReading(boolean paused) {
        // It reads as fast as it can.
    }

    @Override
    public RetentionPolicies retention() {
        return retention;
    }

    @Override
    public Usage usage() {
        return new Usage(0, 0);
    }

    @Override
    public void close() {
        runner.close();
    }

    @Override
    public void askPartition(int partition, PartitionCommand command) {
        handle(command);
    }

    @Override
    public void askCatalog(CatalogCommand command) {
        throw new IllegalStateException("there is no catalog");
    }

    @Override
    public void loseConnection(Id128 connectionId) {
        throw new IllegalStateException("there is no other machine");
    }
}
