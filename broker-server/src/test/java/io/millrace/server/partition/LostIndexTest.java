package io.millrace.server.partition;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.EventCodec;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.LifeEvent;
import io.millrace.server.BrokerConfiguration;
import io.millrace.server.DeafListener;
import io.millrace.server.LogOpener;
import io.millrace.server.LogOpeners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition on a disk that loses its index, with messages that a crash would lose. */
class LostIndexTest {

    private static final int DELAYED = 200;
    private static final int NON_PERSISTENT = 3;
    private static final long FAR_MILLIS = 10_000;

    @TempDir Path directory = Path.of("");

    private DiskPartition partition;

    @BeforeEach
    void start() {
        start(1_000_000);
    }

    private void start(long nowMillis) {
        partition = new DiskPartition(directory, nowMillis);
    }

    /** Some that a crash would lose, and many whose times leave the heap. */
    private void send() {
        partition.send(1, NON_PERSISTENT, false, 0);
        partition.send(1 + NON_PERSISTENT, DELAYED, true, partition.nowMillis + FAR_MILLIS);
        assertTrue(partition.index.taken > 0, "pages were put");
    }

    /** All of them, once. */
    private void receive() {
        int all = NON_PERSISTENT + DELAYED;
        partition.receive();
        await().until(
                        () -> {
                            partition.step();
                            return partition.delivered.size() >= all;
                        });
        assertEquals(
                LongStream.rangeClosed(1, all).boxed().toList(),
                partition.delivered.stream().sorted().toList());
    }

    private List<Path> indexFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("partition-1"))) {
            return files.filter(each -> each.toString().endsWith(".mapdb")).toList();
        }
    }

    @AfterEach
    void nothingWasLostNorIsLeft() throws IOException {
        partition.close();
        assertEquals(List.of(), indexFiles());
        AtomicInteger events = new AtomicInteger();
        AtomicInteger losses = new AtomicInteger();
        LogOpener logs = LogOpeners.inDirectory(directory, BrokerConfiguration.defaults());
        PartitionLog log = logs.open(1, new DeafListener()).log();
        log.read(log.startOffset(), 1 << 20)
                .forEach(
                        entry ->
                                EventCodec.decode(
                                        entry.body(),
                                        event -> {
                                            events.incrementAndGet();
                                            losses.addAndGet(
                                                    event instanceof LifeEvent.NonPersistentLost
                                                            ? 1
                                                            : 0);
                                        }));
        log.close();
        logs.close();
        assertTrue(events.get() > 3, events + " events");
        assertEquals(0, losses.get(), "nothing was lost");
    }

    /** What was decided is in the log, and nobody has seen more. */
    @Test
    void takesNoNonPersistentMessageWithIt() {
        send();
        partition.index.lost = true;
        partition.passTime(2 * FAR_MILLIS);

        partition.comeBack();
        receive();
    }

    @Test
    void aCleanStopThatFindsTheIndexLostIsACleanStop() {
        send();
        partition.index.lost = true;
        partition.nowMillis += 2 * FAR_MILLIS;
        partition.close();

        start(partition.nowMillis);
        receive();
    }

    /** The files that the broker makes, and somebody who writes over them. */
    @Test
    void aDamagedFileIsAnIndexThatIsLost() throws IOException {
        send();
        assertEquals(1, indexFiles().size());
        Path file = indexFiles().get(0);
        byte[] garbage = new byte[(int) Files.size(file)];
        Arrays.fill(garbage, (byte) 0x5a);
        Files.write(file, garbage, StandardOpenOption.WRITE);
        partition.passTime(2 * FAR_MILLIS);

        assertFalse(Files.exists(file));
        partition.comeBack();
        receive();
    }

    /** The pages come back from the disk; after the last there is no file. */
    @Test
    void farTimesComeFromTheDisk() throws IOException {
        send();
        partition.nowMillis += 2 * FAR_MILLIS;

        receive();

        assertEquals(List.of(), indexFiles());
    }

    /** What a process left that was killed is deleted unread. */
    @Test
    void whatAnotherProcessLeftIsDeleted() throws IOException {
        partition.close();
        Path left = directory.resolve("partition-1").resolve("index-000007.mapdb");
        Files.write(left, new byte[100]);
        start(partition.nowMillis);

        assertFalse(Files.exists(left));
        send();
        partition.nowMillis += 2 * FAR_MILLIS;
        receive();
    }
}
