package io.millrace.server.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.RedeliveryPolicies;
import io.millrace.core.partition.RedeliveryPolicy;
import io.millrace.server.BrokerConfiguration;
import io.millrace.server.messages.RetentionPolicies;
import io.millrace.server.messages.RetentionPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is set, what is not, and what cannot be. */
class BrokerSettingsTest {

    @TempDir Path directory = Path.of("");

    private static String refusal(String key, String value) {
        return String.valueOf(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> BrokerSettings.of(Map.of(key, value), false))
                        .getMessage());
    }

    private Map<String, String> read(String text) throws IOException {
        return ConfigurationFile.read(Files.writeString(directory.resolve("b.properties"), text));
    }

    @Test
    void theDefaultsAreThoseOfTheParts() {
        BrokerConfiguration defaults = BrokerConfiguration.defaults();
        assertEquals(RedeliveryPolicies.USUAL, defaults.redelivery());
        assertEquals(RetentionPolicies.NONE, defaults.retention());
        assertEquals(PartitionLimits.STAGED_BYTES, defaults.stagedBytes());
        assertEquals(PartitionLimits.TRANSACTION_MILLIS, defaults.transactionMillis());
        assertEquals(64 << 20, defaults.segmentBytes());
        assertEquals(256L << 20, defaults.reserveBytes());
        assertEquals(1, defaults.recoveryThreads());
        assertNull(defaults.users());
    }

    @Test
    void whatIsNotSaidForADestinationIsWhatIsSaidForAll() {
        BrokerConfiguration configuration =
                BrokerConfiguration.parse(
                        Map.of(
                                "log.retention.hours", "2",
                                "destination.a.b.retention.bytes", "5",
                                "destination.a.*.max.deliveries", "3",
                                "redelivery.backoff", "1.5"));
        assertEquals(
                Map.of("a.b", new RetentionPolicy(7_200_000, 5)),
                configuration.retention().byName());
        assertEquals(
                Map.of("a.*", new RedeliveryPolicy(3, 0, 1.5, 60_000, "DLQ")),
                configuration.redelivery().byName());
        assertEquals(10, configuration.redelivery().standard().maxDeliveries());
    }

    @ParameterizedTest
    @CsvSource({
        "log.segment.byte, log.segment.bytes",
        "log.dir, log.dirs",
        "num.recovery.threads.per.data.dir, log.recovery.threads",
        "LISTENERS, listeners",
        "max.delivery, max.deliveries",
        "destination.orders.max.delivery, destination.orders.max.deliveries",
        "destination.a.b.redelivery.max.delay, destination.a.b.redelivery.max.delay.ms",
        "destination.orders.log.retention.hours, destination.orders.retention.hours"
    })
    void theNearestKeyIsNamed(String written, String meant) {
        assertTrue(refusal(written, "1").contains(" is " + meant + " "), refusal(written, "1"));
    }

    @ParameterizedTest
    @CsvSource({
        "log.segment.bytes, 1000, 1048576 to 1073741824",
        "log.segment.bytes, 64m, 1048576 to 1073741824",
        "destination.x.redelivery.backoff, 0.5, 1 to 100",
        "redelivery.backoff, NaN, 1 to 100",
        "dead.letters, '', the name of a queue",
        "destination.x.retention.hours, -2, -1 to 1000000"
    })
    void anImpossibleValueIsNamedWithItsKeyAndWhatItMayBe(String key, String value, String may) {
        assertTrue(refusal(key, value).contains(key), refusal(key, value));
        assertTrue(refusal(key, value).contains(may), refusal(key, value));
    }

    @Test
    void anEmbeddedBrokerDoesNotListen() {
        String message =
                String.valueOf(
                        assertThrows(
                                        IllegalArgumentException.class,
                                        () ->
                                                BrokerConfiguration.parse(
                                                        Map.of("listeners", "localhost:1")))
                                .getMessage());
        assertTrue(message.contains("embedded"), message);
    }

    @Test
    void theFileIsRead() throws IOException {
        assertEquals(
                Map.of("listeners", "0.0.0.0:5670", "dead.letters", "verlorene Grüße"),
                read("# a broker\nlisteners = 0.0.0.0:5670\ndead.letters=verlorene Grüße\n"));
    }

    private static void assertRefused(Executable reading, String reason) {
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, reading).getMessage());
        assertTrue(message.contains(reason), message);
    }

    @Test
    void theFileIsRefusedWithTheReason() throws IOException {
        assertRefused(() -> read("log.dirs=a\nlog.dirs=b\n"), "log.dirs stands there twice");
        assertRefused(() -> ConfigurationFile.read(directory.resolve("missing")), "missing");
        Path latin = directory.resolve("latin.properties");
        Files.write(latin, "users=Grüße".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(() -> ConfigurationFile.read(latin), "UTF-8");
    }

    @Test
    void listenersAreHostsAndPorts() {
        assertEquals(
                List.of(new Listener("localhost", 0), new Listener("::1", 5670)),
                Listener.parse(BrokerKey.LISTENERS, "localhost:0, [::1]:5670"));
        for (String wrong :
                List.of("", "localhost", ":5670", "::1:5670", "a:70000", "a:1,", "a:b")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Listener.parse(BrokerKey.LISTENERS, wrong),
                    wrong);
        }
    }
}
