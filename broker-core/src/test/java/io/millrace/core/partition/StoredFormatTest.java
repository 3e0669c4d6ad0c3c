package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.EventCodec;
import io.millrace.wire.WireInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A log and a snapshot as a version of the snapshot wrote them must be read for ever. The files are
 * never written anew: a version that writes another form gets files of its own beside them.
 */
class StoredFormatTest {

    private static final Path FOLDER = Path.of("src/test/resources/stored");
    private static final PartitionLimits LIMITS = new PartitionLimits(1_000, 10_000, 100_000);

    private final PartitionMachine machine =
            new PartitionMachine(1, PartitionHarness.EPOCH, LIMITS);

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 11})
    void theLogOfAVersionGivesItsSnapshot(int version) throws IOException {
        List<String> lines =
                Files.readAllLines(FOLDER.resolve("partition-" + version + ".log.hex"));
        for (int at = 0; at < lines.size(); at++) {
            long offset = at;
            EventCodec.decode(
                    HexFormat.of().parseHex(lines.get(at)), event -> machine.apply(event, offset));
        }
        assertEquals(storedSnapshot(version), state());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 11})
    void theSnapshotOfAVersionIsRead(int version) throws IOException {
        machine.restore(new WireInput(HexFormat.of().parseHex(storedSnapshot(version))));
        assertEquals(storedSnapshot(version), state());
    }

    private static String storedSnapshot(int version) throws IOException {
        return Files.readString(FOLDER.resolve("partition-" + version + ".snapshot.hex")).strip();
    }

    private String state() {
        return HexFormat.of().formatHex(PartitionHarness.snapshot(machine));
    }
}
