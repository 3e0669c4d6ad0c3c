package io.millrace.server.partition;

import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.index.HeapIndex;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.server.BrokerConfiguration;
import io.millrace.server.LogOpener;
import io.millrace.server.LogOpeners;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.FrameLink;
import io.millrace.wire.FrameReader;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A partition with a queue in a directory, as a broker has it, stepped by its test. */
final class DiskPartition {

    private static final Id128 CONNECTION = new Id128(0, 1);
    private static final Id128 PRODUCER = new Id128(0, 2);
    private static final long QUEUE = 1;

    private final Path directory;
    private final LogOpener logs;
    private final Links links = new Links();
    private final PartitionRunner<PartitionCommand> runner;
    private long lastLink;

    /** What the partition has beside its log. */
    LosableIndex index = new LosableIndex(new HeapIndex());

    /** The sequences that were delivered, in their order. */
    final List<Long> delivered = new ArrayList<>();

    long nowMillis;

    /** Opens it as it was left. */
    DiskPartition(Path directory, long nowMillis) {
        this.directory = directory;
        this.nowMillis = nowMillis;
        this.logs = new Logs();
        PartitionHost host =
                new PartitionHost(
                        1,
                        logs,
                        PartitionLimits.NETWORK.holdingTimes(32),
                        new PartitionShell.Surroundings(
                                links,
                                new Alone(),
                                (nanos, read) -> read.run(),
                                (link, bytes) -> {}));
        this.runner =
                new PartitionRunner<>(
                        "partition-1",
                        host,
                        () -> this.nowMillis,
                        () -> this.nowMillis * 1_000_000);
        runner.open();
        comeBack();
    }

    /** Those of the disk, with an index that can be lost. */
    private final class Logs implements LogOpener {

        private final LogOpener disk =
                LogOpeners.inDirectory(directory, BrokerConfiguration.defaults());

        @Override
        public Opened open(int partition, PartitionLog.Listener listener) {
            Opened opened = disk.open(partition, listener);
            index = new LosableIndex(opened.index());
            return new Opened(opened.log(), opened.epoch(), index);
        }

        @Override
        public Usage usage() {
            return disk.usage();
        }

        @Override
        public void close() {
            disk.close();
        }
    }

    private final class Link implements FrameLink {

        @Override
        public void send(byte[] array, int offset, int length) {
            BrokerFrame frame =
                    FrameReader.brokerFrame(array, offset + Integer.BYTES, length - Integer.BYTES);
            if (frame instanceof BrokerFrame.Deliver deliver) {
                for (DeliveredRun run : deliver.runs()) {
                    for (int each = 0; each < run.count(); each++) {
                        delivered.add(run.firstSequence() + each);
                    }
                }
            }
        }

        @Override
        public void close() {
            links.remove(lastLink);
        }

        @Override
        public void pauseReading(boolean paused) {
            // It reads as fast as it can.
        }
    }

    private final class Alone implements PartitionShell.Neighbours {

        @Override
        public void askPartition(int partition, PartitionCommand command) {
            runner.post(command);
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

    private Origin origin() {
        return new Origin(lastLink, CONNECTION, null);
    }

    /** A client comes, or comes back over another link. */
    void comeBack() {
        links.add(++lastLink, new Link());
        runner.post(new PartitionCommand.LinkOpened(origin()));
        runner.post(
                new PartitionCommand.OpenDestination(
                        origin(), 0, QUEUE, DestinationKind.QUEUE, "queue", 1));
        runner.post(new PartitionCommand.OpenProducer(origin(), 1, PRODUCER, false));
        runner.step();
    }

    /** Sends some; with times from one on if that is not 0. */
    void send(long firstSequence, int count, boolean persistent, long deliveryTime) {
        WireOutput to = new WireOutput(1_000);
        MessageBatch.writeHeader(to, PRODUCER, firstSequence, nowMillis, new byte[0]);
        MessageBatch.setCount(to, 0, count);
        for (int each = 0; each < count; each++) {
            int start =
                    MessageHead.begin(
                            to,
                            new MessageHead.Fields(
                                    persistent ? MessageHead.PERSISTENT : 0,
                                    4,
                                    2,
                                    0,
                                    0,
                                    0,
                                    deliveryTime == 0 ? 0 : deliveryTime + each));
            int body = to.size();
            to.writeByte('m');
            MessageHead.finish(to, start, body, body);
        }
        runner.post(
                new PartitionCommand.Enqueue(
                        origin(), 1, 0, QUEUE, new MessageBatch(to.toByteArray(), 0, to.size())));
        runner.step();
    }

    /** Begins to receive; what comes takes some steps. */
    void receive() {
        runner.post(
                new PartitionCommand.Attach(
                        origin(),
                        0,
                        QUEUE,
                        1,
                        10_000,
                        1 << 30,
                        SequenceRanges.EMPTY,
                        SequenceRanges.EMPTY,
                        SequenceRanges.EMPTY,
                        null,
                        SequenceRanges.EMPTY));
        runner.step();
    }

    void step() {
        runner.step();
    }

    void passTime(long millis) {
        nowMillis += millis;
        runner.post(new PartitionCommand.Tick());
        runner.step();
    }

    /** Stops cleanly. */
    void close() {
        runner.close();
        logs.close();
    }
}
