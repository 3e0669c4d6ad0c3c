package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.catalog.CatalogEvent;
import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.LifeEvent;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.PartitionMachine;
import io.millrace.core.partition.Relocated;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.WireOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code millrace log}, on logs that brokers read. */
class LogCommandTest {

    @TempDir Path temporary = Path.of("");

    private Path data = Path.of("");
    private Path partition = Path.of("");
    private BrokerLogs logs = new BrokerLogs(data);
    private String output = "";

    @BeforeEach
    void makeLogs() {
        data = temporary.resolve("data");
        partition = data.resolve("partition-1");
        logs = new BrokerLogs(data);
    }

    private int millrace(Object... arguments) {
        PrintStream outBefore = System.out;
        PrintStream errorsBefore = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(to);
        System.setErr(to);
        try {
            String[] texts = Stream.of(arguments).map(String::valueOf).toArray(String[]::new);
            return new CommandLine(new Main()).execute(texts);
        } finally {
            System.setOut(outBefore);
            System.setErr(errorsBefore);
            output = printed.toString(StandardCharsets.UTF_8);
        }
    }

    private void assertPrinted(String text) {
        assertTrue(output.contains(text), output);
    }

    @Test
    void readingToolsLeaveEveryFileAsItIs() throws IOException {
        logs.makeBroker();
        logs.runBroker();
        Map<Path, String> before = logs.states(temporary);

        assertEquals(0, millrace("log", "verify", data), output);
        assertPrinted("partition 0");
        assertPrinted("partition 1");
        assertPrinted("state complete");
        assertPrinted("  intact");
        assertEquals(0, millrace("log", "dump", data, "--events"), output);
        assertEquals(0, millrace("log", "dump", data, "--segments"), output);
        assertEquals(0, millrace("log", "repair", data), output);
        assertPrinted("nothing to repair");
        assertEquals(before, logs.states(temporary));
        logs.damage(10);
        Map<Path, String> damaged = logs.states(temporary);
        assertEquals(1, millrace("log", "verify", data), output);
        assertEquals(0, millrace("log", "dump", data, "--events"), output);
        assertEquals(1, millrace("log", "repair", data), output);
        assertEquals(damaged, logs.states(temporary));
    }

    @Test
    void dumpShowsSegmentsEntriesAndEvents() {
        logs.makeBroker();

        assertEquals(0, millrace("log", "dump", partition, "--events"), output);

        assertPrinted("log ");
        assertPrinted(", partition 1, in " + partition);
        assertPrinted("segment 00000000000000000000.segment: base 0, generation 1, epoch 1");
        assertPrinted("the first, sealed");
        assertPrinted("  0: epoch 1, 2027-01-15T08:00:00Z,");
        assertPrinted("DestinationOpened[destinationId=1, kind=QUEUE, name=orders");
        assertPrinted("in a group of 4 records");
        assertPrinted("Enqueued destination 1 'orders', sequences 1 to 1, ");
        assertPrinted("ID:" + BrokerLogs.PRODUCER + ":1, user alice");
        assertPrinted("Settled[subscriptionId=1, sequences=[1]]");
        assertPrinted("seal at ");
        assertPrinted("marker at ");
        assertPrinted(", open");
    }

    @Test
    void dumpShowsOnlyWhatWasAskedFor() {
        logs.makeBroker();

        assertEquals(
                0,
                millrace(
                        "log",
                        "dump",
                        partition,
                        "--events",
                        "--from",
                        logs.offsetOf(30),
                        "--to=" + logs.offsetOf(31)));
        assertPrinted("sequences 30 to 30");
        assertFalse(output.contains("sequences 29 to 29"), output);
        assertFalse(output.contains("sequences 31 to 31"), output);

        assertEquals(0, millrace("log", "dump", partition, "--segments"));
        assertPrinted("end at offset ");
        assertFalse(output.contains(": epoch 1, 2027"), output);
    }

    @Test
    void toolsWorkBesideTheOneWhoHasTheLogOpen() {
        logs.makeBroker();
        logs.inLog(
                1,
                log -> {
                    BrokerLogs.append(log, BrokerLogs.enqueued(1, 41, 100));
                    assertEquals(0, millrace("log", "verify", data), output);
                    assertEquals(0, millrace("log", "dump", data), output);
                    assertEquals(1, millrace("log", "repair", partition, "--apply"), output);
                    assertPrinted("is used by process");
                    BrokerLogs.append(log, BrokerLogs.enqueued(1, 42, 100));
                });
        assertEquals(0, millrace("log", "verify", data), output);
    }

    @Test
    void mistakesAreNamed() throws IOException {
        assertEquals(2, millrace("log"));
        assertEquals(2, millrace("log", "dump"));
        assertEquals(2, millrace("log", "verify", temporary.resolve("nowhere")));
        assertPrinted("does not exist");
        assertEquals(2, millrace("log", "verify", temporary));
        assertPrinted("there are none");
        assertEquals(2, millrace("log", "dump", temporary, "--from", "x"));
        Path file = Files.createFile(temporary.resolve("file"));
        assertEquals(2, millrace("log", "repair", file));
        assertPrinted("is a file");
    }

    @Test
    void aTornTailIsNoFault() throws IOException {
        logs.inLog(1, log -> BrokerLogs.append(log, new LifeEvent.StoppedCleanly()));
        Path segment = logs.segmentOf(0);
        // The last entry and the marker that proves it.
        BrokerLogs.flip(segment, BrokerLogs.HEADER_BYTES + 56);
        BrokerLogs.flip(segment, BrokerLogs.HEADER_BYTES + 64);

        assertEquals(0, millrace("log", "verify", data), output);
        assertPrinted("TORN_TAIL");
        assertPrinted("nothing that was confirmed");
    }

    @Test
    void verifyNamesFileOffsetLossAndRemedy() throws IOException {
        logs.makeBroker();
        logs.damage(10);

        assertEquals(1, millrace("log", "verify", data), output);

        assertPrinted("FAULT: ENTRY " + logs.segmentOf(logs.offsetOf(10)));
        assertPrinted("(offset " + logs.offsetOf(10) + ")");
        assertPrinted("lost: what stood at offsets " + logs.offsetOf(10));
        assertPrinted("to do: restore the file from a copy");
        // What follows cannot be applied: sequences of a queue have no gaps.
        assertPrinted("FAULT: CONTENT");
        assertPrinted("sequences of a destination to be dense");
    }

    @Test
    void repairKeepsWhatFollowsWhenTheStateDoesNotNeedWhatIsDamaged() throws IOException {
        logs.makeBroker();
        logs.runBroker();
        logs.damage(40); // in the last segment: no broker opens it
        logs.damage(10); // in the first one
        assertThrows(LogFailure.class, logs::runBroker);
        Map<Path, String> before = logs.states(temporary);

        assertEquals(1, millrace("log", "repair", data), output);
        assertPrinted("LOST: offsets " + logs.offsetOf(10));
        assertPrinted("LOST: offsets " + logs.offsetOf(40));
        assertPrinted("among them messages of destination 1: sequences [40]");
        assertPrinted("nothing was changed");
        assertEquals(1, millrace("log", "repair", data, "--apply"), output);
        assertPrinted("refused");
        assertEquals(before.keySet(), logs.states(temporary).keySet());
        assertEquals(0, millrace("log", "repair", data, "--apply", "--accept-loss"), output);

        assertPrinted("sequences [10 40] are not in the log: settled where they waited");
        assertPrinted("opened and replayed as a broker does: in order");
        assertEquals(0, millrace("log", "verify", data), output);
        logs.runBroker();
        List<Path> copies =
                logs.files(data).stream()
                        .filter(file -> file.toString().contains(".before-repair-"))
                        .toList();
        assertTrue(copies.size() >= 4, copies.toString());
        assertEquals(0, millrace("log", "repair", data), output);
    }

    @Test
    void repairCutsWhereTheStateCannotDoWithoutWhatIsDamaged() throws IOException {
        logs.makeBroker();
        logs.damage(25);
        assertThrows(LogFailure.class, logs::runBroker);

        assertEquals(1, millrace("log", "repair", partition), output);
        assertPrinted("16 intact entries");
        assertPrinted("15 messages of destination 1: sequences [26-40]");
        assertPrinted("1 StoppedCleanly");
        assertEquals(0, millrace("log", "repair", partition, "--apply", "--accept-loss"), output);

        logs.runBroker();
        assertEquals(0, millrace("log", "dump", partition, "--events"), output);
        assertPrinted("sequences 24 to 24");
        assertFalse(output.contains("sequences 26 to 26"), output);
    }

    @Test
    void repairWorksOnTheCatalogToo() throws IOException {
        logs.inLog(
                0,
                log -> {
                    BrokerLogs.append(
                            log, new CatalogEvent.ClientIdClaimed("a", BrokerLogs.CONNECTION));
                    BrokerLogs.append(log, new CatalogEvent.ClientIdReleased("a"));
                    BrokerLogs.append(
                            log,
                            new CatalogEvent.DestinationCreated(
                                    1, DestinationKind.QUEUE, "orders", 1, 1));
                });
        Path catalog = data.resolve("partition-0");
        BrokerLogs.flip(
                catalog.resolve("00000000000000000000.segment"), BrokerLogs.HEADER_BYTES + 60);
        assertThrows(LogFailure.class, logs::runBroker);

        assertEquals(0, millrace("log", "repair", catalog, "--apply", "--accept-loss"), output);

        logs.runBroker();
    }

    @Test
    void aHeaderWithoutAnIntactNeighbourIsWrittenAnew() throws IOException {
        makeOrders(64 << 20, log -> BrokerLogs.append(log, BrokerLogs.enqueued(1, 1, 100)));
        BrokerLogs.flip(logs.segmentOf(0), 40); // behind the id, which is in no record
        assertThrows(LogFailure.class, logs::runBroker);

        assertEquals(0, millrace("log", "repair", data, "--apply"), output);

        assertPrinted("write the header of ");
        assertPrinted("lost by it: nothing");
        assertPrinted("opened and replayed as a broker does: in order");
        logs.runBroker();
        assertEquals(0, millrace("log", "verify", data), output);
    }

    @Test
    void sequencesThatNoMessageHadAreNotReportedAsMissing() throws IOException {
        List<Long> offsets = new ArrayList<>();
        makeOrders(
                1 << 20,
                log -> {
                    BrokerLogs.append(log, BrokerLogs.enqueued(1, 1, 100));
                    BrokerLogs.append(log, BrokerLogs.nonPersistent(1, 2));
                    BrokerLogs.append(log, new LifeEvent.NonPersistentLost(100));
                    offsets.add(BrokerLogs.append(log, BrokerLogs.enqueued(1, 103, 100)));
                    BrokerLogs.append(log, BrokerLogs.enqueued(1, 104, 100));
                });
        logs.runBroker();
        BrokerLogs.flip(logs.segmentOf(0), BrokerLogs.HEADER_BYTES + offsets.get(0) + 100);

        assertEquals(0, millrace("log", "repair", data, "--apply", "--accept-loss"), output);

        assertPrinted("'orders', sequences [103] are not in the log: settled where they waited");
        logs.runBroker();
    }

    /** It is read in its old place while that is there. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRelocatedMessageIsMissingIfItIsWhereItIsRead(boolean inItsOldPlace) throws IOException {
        List<Long> offsets = new ArrayList<>();
        makeOrders(
                1 << 20,
                log -> {
                    offsets.add(BrokerLogs.append(log, BrokerLogs.enqueued(1, 1, 100)));
                    BrokerLogs.append(log, BrokerLogs.enqueued(1, 2, 100));
                    offsets.add(
                            BrokerLogs.append(log, new Relocated(BrokerLogs.enqueued(1, 1, 100))));
                    BrokerLogs.append(log, BrokerLogs.enqueued(1, 3, 100));
                });
        logs.runBroker();
        assertEquals(0, millrace("log", "dump", data, "--events"), output);
        assertPrinted("Relocated destination 1 'orders', sequences 1 to 1, ");
        long offset = offsets.get(inItsOldPlace ? 0 : 1);
        BrokerLogs.flip(logs.segmentOf(0), BrokerLogs.HEADER_BYTES + offset + 100);

        assertEquals(0, millrace("log", "repair", data, "--apply", "--accept-loss"), output);

        assertEquals(inItsOldPlace, output.contains("sequences [1] are not in the log"), output);
        logs.runBroker();
    }

    @Test
    void whatKeepsABrokerFromOpeningARepairedLogIsSaidInALine() throws IOException {
        List<Long> offsets = new ArrayList<>();
        makeOrders(
                1 << 20,
                log -> {
                    WireOutput state = new WireOutput(100);
                    new PartitionMachine(1, 1, PartitionLimits.NETWORK).snapshot(state);
                    WireOutput content = new WireOutput(100);
                    content.writeVarint(state.size()).writeBytes(state.array(), 0, state.size());
                    content.writeVarint(99); // a directory of messages of a version to come
                    log.saveCheckpoint(0, content.toByteArray());
                    offsets.add(BrokerLogs.append(log, BrokerLogs.enqueued(1, 1, 100)));
                });
        BrokerLogs.flip(logs.segmentOf(0), BrokerLogs.HEADER_BYTES + offsets.get(0) + 100);

        assertEquals(1, millrace("log", "repair", data, "--apply", "--accept-loss"), output);

        assertPrinted("millrace: Expected block directory version 1 or 2, but it is 99");
        assertFalse(output.contains("\tat "), output);
    }

    private void makeOrders(long segmentBytes, BrokerLogs.Filling filling) {
        logs.inLog(
                1,
                segmentBytes,
                log -> {
                    BrokerLogs.append(
                            log,
                            new PartitionEvent.DestinationOpened(
                                    1, DestinationKind.QUEUE, "orders", Id128.NONE),
                            new PartitionEvent.ProducerOpened(
                                    BrokerLogs.PRODUCER, BrokerLogs.CONNECTION));
                    filling.fill(log);
                });
    }
}
