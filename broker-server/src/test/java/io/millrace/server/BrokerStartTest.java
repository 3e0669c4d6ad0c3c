package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.wire.WireFormatException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker says that cannot start. */
class BrokerStartTest {

    private static final int UNKNOWN_EVENT = 255;

    @TempDir Path directory = Path.of("");

    private LogOpener logs() {
        return LogOpeners.inDirectory(directory, BrokerConfiguration.defaults());
    }

    private void start() {
        Broker.start(logs(), PartitionLimits.NETWORK).close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void saysWhyALogCannotBeReplayedAsOftenAsItIsAsked(int partition) {
        try (LogOpener opener = logs();
                PartitionLog log = opener.open(partition, new DeafListener()).log()) {
            log.append(EntryBody.of(new byte[] {(byte) UNKNOWN_EVENT, 0}), 1);
        }
        for (int attempt = 0; attempt < 2; attempt++) {
            WireFormatException failure = assertThrows(WireFormatException.class, this::start);
            assertTrue(
                    String.valueOf(failure.getMessage()).contains("" + UNKNOWN_EVENT),
                    failure.getMessage());
        }
    }
}
