package io.millrace.jms.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class BrokerAddressTest {

    private static String refusalOf(String uri) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> BrokerAddress.parse(uri))
                        .getMessage());
    }

    @Test
    void readsHostsAndPorts() {
        BrokerAddress address = BrokerAddress.parse("millrace://one:1,two,[::1]:3");
        assertEquals(
                List.of(
                        new BrokerAddress.HostPort("one", 1),
                        new BrokerAddress.HostPort("two", BrokerAddress.DEFAULT_PORT),
                        new BrokerAddress.HostPort("[::1]", 3)),
                address.hosts());
        assertFalse(address.isEmbedded());
    }

    @Test
    void readsOptionsAndLeavesTheOthersAtTheirDefaults() {
        ClientOptions options =
                BrokerAddress.parse(
                                "millrace://host?clientId=a%26b&autoAck=confirmed&send.window=5")
                        .options();
        assertEquals("a&b", options.clientId());
        assertTrue(options.autoAckConfirmed());
        assertEquals(5, options.sendWindow());
        assertEquals(60_000, options.reconnectMaxMillis());
        assertEquals(16_384, options.consumerCredit());
    }

    @Test
    void knowsBrokersInThisJvm() {
        assertTrue(BrokerAddress.parse("millrace:mem:name?broker.some.key=1").isEmbedded());
        assertTrue(BrokerAddress.parse("millrace:file:/some/path").isEmbedded());
    }

    @Test
    void namesTheKnownOptionsWhenOneIsUnknown() {
        String refusal = refusalOf("millrace://host?send.windows=5");
        assertTrue(refusal.contains("send.windows"), refusal);
        assertTrue(refusal.contains("reconnect.max.ms"), refusal);
    }

    @Test
    void refusesWhatItCannotRead() {
        assertTrue(refusalOf("tcp://host:1").contains("millrace://host:port"));
        assertTrue(refusalOf("millrace://").contains("host"));
        assertTrue(refusalOf("millrace://host?send.window=0").contains("1 to"));
        assertTrue(refusalOf("millrace://host?send.window=many").contains("many"));
        assertTrue(refusalOf("millrace://host?autoAck=never").contains("pipelined"));
        assertTrue(refusalOf("millrace://host?clientId").contains("name=value"));
        assertTrue(refusalOf("millrace://host?broker.key=1").contains("embedded"));
    }
}
