package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.Id128;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WireOutput;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a broken or hostile peer sends ends its own link, with a reason, and nothing else. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MalformedFramesTest {

    private static final Id128 PRODUCER = new Id128(3, 4);
    private static final byte[] NONE = {};

    private Provider provider;
    private Session bystander;
    private Queue queue;
    private MessageConsumer listening;

    @BeforeEach
    void start() throws Exception {
        provider = new Provider(Provider.Kind.NETWORK);
        bystander = provider.started().createSession();
        queue = bystander.createQueue("bystander");
        listening = bystander.createConsumer(queue);
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private int port() {
        return URI.create(provider.uri()).getPort();
    }

    /** The link from before still works, and so does a new one. */
    private void assertOthersLive() throws Exception {
        Texts.send(bystander, queue, "still");
        Texts.assertFirst(Texts.expect(listening, "still"));
        Texts.send(provider.started().createSession(), queue, "here");
        Texts.assertFirst(Texts.expect(listening, "here"));
    }

    private static byte[] encoded(Frame frame) {
        return frame.encoded();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static Stream<Arguments> beforeHello() {
        return Stream.of(
                Arguments.of(
                        "HTTP", ascii("GET / HTTP/1.1\r\n\r\n"), "PROTOCOL", "at most 16777216"),
                Arguments.of("TLS", new byte[] {22, 3, 1, 2, 0, 1, 0}, "PROTOCOL", "at most"),
                Arguments.of(
                        "too long by one",
                        new WireOutput(4).writeInt(Frame.MAX_BYTES + 1).toByteArray(),
                        "PROTOCOL",
                        "at most 16777216"),
                Arguments.of("negative length", new byte[] {-1, -1, -1, -1}, "PROTOCOL", "at most"),
                Arguments.of("no length", new byte[4], "PROTOCOL", "more bytes"),
                Arguments.of("no flags", new byte[] {0, 0, 0, 1, 1}, "PROTOCOL", "more bytes"),
                Arguments.of("unknown type", RawClient.frame(0x7f, 0), "PROTOCOL", "type is 0x7f"),
                Arguments.of("broker's type", RawClient.frame(0x90, 0, 1), "PROTOCOL", "0x90"),
                Arguments.of("frame flag", RawClient.frame(0x04, 1, 1), "PROTOCOL", "flags"),
                Arguments.of(
                        "cut Hello", RawClient.frame(0x01, 0, 0, 1, 0), "PROTOCOL", "more bytes"),
                Arguments.of(
                        "Goodbye first",
                        encoded(new ControlFrame.Goodbye(1)),
                        "PROTOCOL",
                        "Hello first"),
                Arguments.of(
                        "Ping first", encoded(new ControlFrame.Ping(1)), "PROTOCOL", "Hello first"),
                Arguments.of(
                        "newer version",
                        encoded(RawClient.hello(2, 3, "ANONYMOUS")),
                        "VERSION",
                        "speaks 2 to 3"),
                Arguments.of(
                        "older version",
                        encoded(RawClient.hello(0, 0, "ANONYMOUS")),
                        "VERSION",
                        "version 1"),
                Arguments.of(
                        "mechanism",
                        encoded(RawClient.hello(1, 1, "GSSAPI")),
                        "NOT_AUTHORIZED",
                        "PLAIN or ANONYMOUS"),
                Arguments.of(
                        "PLAIN without parts",
                        encoded(RawClient.hello(1, 1, "PLAIN")),
                        "PROTOCOL",
                        "user and password"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void beforeHello(String name, byte[] bytes, ErrorCode code, String reason) throws Exception {
        try (RawClient client = new RawClient(port())) {
            client.send(bytes);
            assertClosing(client.closing(), code, reason);
        }
        assertOthersLive();
    }

    private static void assertClosing(BrokerFrame.Closing closing, ErrorCode code, String reason) {
        assertEquals(code, closing.code(), closing.message());
        assertTrue(closing.message().contains(reason), closing.message());
        assertTrue(closing.message().startsWith("Expected "), closing.message());
        assertEquals(-1, closing.retryAfterMillis());
    }

    static Stream<Arguments> afterHello() {
        return Stream.of(
                Arguments.of(
                        "second Hello",
                        encoded(RawClient.hello(1, 1, "ANONYMOUS")),
                        "PROTOCOL",
                        "one Hello"),
                Arguments.of(
                        "Authenticate",
                        encoded(new ControlFrame.Authenticate(NONE)),
                        "PROTOCOL",
                        "no further authentication"),
                Arguments.of(
                        "unknown handle",
                        encoded(new TrafficFrame.Send(9, 0, 1, RawClient.batch(PRODUCER, NONE))),
                        "PROTOCOL",
                        "handle 9"),
                Arguments.of(
                        "handle of 33 bits",
                        RawClient.frame(0x21, 0, 0x80, 0x80, 0x80, 0x80, 0x10),
                        "PROTOCOL",
                        "handle"),
                Arguments.of(
                        "endless varint",
                        RawClient.frame(0x21, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255),
                        "PROTOCOL",
                        "varint"),
                Arguments.of(
                        "boolean of 2",
                        RawClient.frame(0x32, 0, 1, 1, 1, 2, 0),
                        "PROTOCOL",
                        "boolean"),
                Arguments.of(
                        "unknown kind", RawClient.frame(0x11, 0, 1, 9, 1, 'q'), "PROTOCOL", "kind"),
                Arguments.of(
                        "lasting temporary",
                        encoded(new ControlFrame.CreateTemporary(1, DestinationKind.QUEUE, "q")),
                        "PROTOCOL",
                        "temporary kind"),
                Arguments.of(
                        "unknown outcome",
                        RawClient.frame(0x33, 0, 1, 1, 1, 9, 0, 0, 0),
                        "PROTOCOL",
                        "outcome"),
                Arguments.of(
                        "descending ranges",
                        RawClient.frame(0x31, 0, 1, 1, 2, 5, 0, 0, 0),
                        "PROTOCOL",
                        "ascending"),
                Arguments.of(
                        "a string longer than its frame",
                        RawClient.frame(0x15, 0, 1, 100, 'n'),
                        "PROTOCOL",
                        "count"),
                Arguments.of(
                        "settlement in a transaction",
                        RawClient.frame(0x33, 0, 1, 1, 1, 0, 1, 5, 0, 0),
                        "NOT_SUPPORTED",
                        "transaction"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void afterHello(String name, byte[] bytes, ErrorCode code, String reason) throws Exception {
        try (RawClient client = RawClient.welcomed(port())) {
            client.send(bytes);
            assertClosing(client.closing(), code, reason);
        }
        assertOthersLive();
    }

    private static byte[] openProducer(BrokerFrame.Located at) {
        return encoded(new TrafficFrame.OpenProducer(1, at.partition(), PRODUCER, false));
    }

    private static byte[] send(BrokerFrame.Located at, byte[] transactionId) {
        return encoded(
                new TrafficFrame.Send(
                        1,
                        at.epoch(),
                        at.destinationId(),
                        RawClient.batch(PRODUCER, transactionId)));
    }

    @Test
    void damagedBatchIsNotStored() throws Exception {
        try (RawClient client = RawClient.welcomed(port())) {
            BrokerFrame.Located at = client.locate("bystander");
            byte[] damaged = send(at, NONE);
            damaged[damaged.length - 40 + 3]++; // the length in the message's head
            client.send(RawClient.join(openProducer(at), damaged));
            assertClosing(client.closing(), ErrorCode.PROTOCOL, "message 0");
        }
        assertNull(listening.receiveNoWait());
        assertOthersLive();
    }

    @Test
    void sendInATransactionOfAnotherKindOrSessionIsNotStored() throws Exception {
        byte[] ofAnother = new TransactionId(new Id128(4, 4), 1).toBytes();
        for (byte[] transaction : List.of(new byte[] {1}, ofAnother)) {
            try (RawClient client = RawClient.welcomed(port())) {
                BrokerFrame.Located at = client.locate("bystander");
                client.send(RawClient.join(openProducer(at), send(at, transaction)));
                assertClosing(client.closing(), ErrorCode.PROTOCOL, "transaction");
            }
        }
        assertNull(listening.receiveNoWait());
        assertOthersLive();
    }

    @Test
    void nothingBehindAMalformedFrameIsDone() throws Exception {
        try (RawClient client = RawClient.welcomed(port())) {
            BrokerFrame.Located at = client.locate("bystander");
            byte[] good = send(at, NONE);
            client.send(RawClient.join(openProducer(at), RawClient.frame(0x7f, 0), good));
            assertClosing(client.closing(), ErrorCode.PROTOCOL, "0x7f");
        }
        assertNull(listening.receiveNoWait());
        assertOthersLive();
    }

    @Test
    void nothingBehindGoodbyeIsDone() throws Exception {
        try (RawClient client = RawClient.welcomed(port())) {
            BrokerFrame.Located at = client.locate("bystander");
            byte[] goodbye = encoded(new ControlFrame.Goodbye(5));
            client.send(RawClient.join(openProducer(at), goodbye, send(at, NONE)));
            assertEquals(new BrokerFrame.Done(5), client.next());
            assertClosing(client.closing(), ErrorCode.PROTOCOL, "nothing after Goodbye");
        }
        assertNull(listening.receiveNoWait());
        assertOthersLive();
    }

    /** The reason must arrive although the peer goes on sending: a reset would swallow it. */
    @Test
    void reasonArrivesThoughThePeerSendsOn() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (RawClient client = new RawClient(port())) {
                client.send(
                        RawClient.join(
                                ascii("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n"),
                                new byte[100_000]));
                assertClosing(client.closing(), ErrorCode.PROTOCOL, "at most");
            }
        }
        assertOthersLive();
    }

    @Test
    void cutAndResetLinksHarmNobody() throws Exception {
        byte[] hello = encoded(RawClient.hello(1, 1, "ANONYMOUS"));
        for (int length = 0; length < hello.length; length += 3) {
            try (RawClient cut = new RawClient(port())) {
                cut.send(java.util.Arrays.copyOf(hello, length));
                cut.end();
                assertFalse(cut.untilEnd().isPresent());
            }
            RawClient reset = new RawClient(port());
            reset.send(java.util.Arrays.copyOf(hello, length));
            reset.reset();
        }
        assertOthersLive();
    }

    @Test
    void randomBytesHarmNobody() throws Exception {
        Random random = new Random(31);
        for (int round = 0; round < 100; round++) {
            byte[] bytes = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(bytes);
            try (RawClient client =
                    round % 2 == 0 ? new RawClient(port()) : RawClient.welcomed(port())) {
                // A length that can be, so that the payload is looked at.
                client.send(
                        RawClient.join(
                                new WireOutput(4).writeInt(bytes.length).toByteArray(), bytes));
                client.end();
                client.untilEnd();
            }
        }
        assertOthersLive();
    }
}
