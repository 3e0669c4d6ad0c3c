package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a URI may say, and that a mistake in it is named together with what is possible. */
class OptionsTest {

    private static final List<String> CLIENT_OPTIONS =
            List.of(
                    "autoAck",
                    "autoAck.window",
                    "clientId",
                    "connect.timeout.ms",
                    "consumer.credit",
                    "consumer.credit.bytes",
                    "nonPersistent",
                    "password",
                    "receive.readahead",
                    "reconnect.max.ms",
                    "send.batch.bytes",
                    "send.batches.in.flight",
                    "send.window",
                    "send.window.bytes",
                    "trustedPackages",
                    "user");

    @TempDir Path directory = Path.of("");

    private static String refusal(String uri) {
        return String.valueOf(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new MillraceConnectionFactory(uri))
                        .getMessage());
    }

    private static void assertSays(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message + " does not say " + part);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"millrace://127.0.0.1:5670", "millrace:mem:options", "millrace:file:x"})
    void unknownOptionIsNamedWithTheKnownOnes(String uri) {
        String message = refusal(uri + "?consumer.credit=5&receive.readahed=1");
        assertSays(message, "[receive.readahed]", "broker.");
        assertSays(message, CLIENT_OPTIONS.toArray(String[]::new));
    }

    @Test
    void impossibleValueIsNamedWithTheRange() {
        assertSays(
                refusal("millrace:mem:options?send.window=0"),
                "send.window",
                "1 to 1048576",
                "is 0");
        assertSays(
                refusal("millrace:mem:options?consumer.credit=many"),
                "consumer.credit",
                "1 to 1048576",
                "is many");
        assertSays(
                refusal("millrace:mem:options?reconnect.max.ms=99999999999"),
                "reconnect.max.ms",
                "0 to 2147483647");
        assertSays(
                refusal("millrace:mem:options?autoAck=maybe"), "pipelined or confirmed", "maybe");
        assertSays(
                refusal("millrace:mem:options?nonPersistent=maybe"),
                "nonPersistent",
                "unconfirmed or confirmed",
                "maybe");
        assertSays(refusal("millrace:mem:options?clientId"), "name=value", "'clientId'");
        assertSays(refusal("millrace:mem:options?"), "name=value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://127.0.0.1:5670",
                "millrace:disk:x",
                "millrace:",
                "",
                "millrace://",
                "millrace://:5670",
                "millrace://host:port",
                "millrace://one:1,,two:2"
            })
    void uriOfAnotherFormIsRefused(String uri) {
        assertSays(refusal(uri), "Expected ");
    }

    @Test
    void brokerOptionOverTheNetworkIsRefused() {
        assertSays(
                refusal("millrace://127.0.0.1:5670?broker.log.segment.bytes=1048576"),
                "embedded",
                "log.segment.bytes");
    }

    @Test
    void unknownBrokerOptionIsNamedWithTheKnownOne() {
        ConnectionFactory factory =
                new MillraceConnectionFactory(
                        "millrace:file:" + directory + "/data?broker.log.segment.byte=1048576");
        JMSException refused = assertThrows(JMSException.class, factory::createConnection);
        assertSays(
                String.valueOf(refused.getMessage()),
                "there is log.segment.byte;",
                "log.segment.bytes ",
                "broker.");
        JMSRuntimeException unchecked =
                assertThrows(JMSRuntimeException.class, factory::createContext);
        assertEquals(refused.getMessage(), unchecked.getMessage());
        assertEquals(false, Files.exists(directory.resolve("data")), "nothing was created");
    }

    @Test
    void impossibleBrokerValueIsNamedWithTheRange() {
        ConnectionFactory factory =
                new MillraceConnectionFactory("millrace:mem:options?broker.log.segment.bytes=1000");
        JMSException refused = assertThrows(JMSException.class, factory::createConnection);
        assertSays(
                String.valueOf(refused.getMessage()),
                "log.segment.bytes",
                "1048576 to 1073741824",
                "it is 1000");
    }
}
