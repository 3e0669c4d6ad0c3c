package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Broker;
import io.millrace.server.LogOpeners;
import io.millrace.server.net.NettyAcceptor;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TrafficFrame;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client leaves behind that dies without a goodbye, once nobody came back for it. */
class CrashedClientTest {

    private static final PartitionLimits BRIEF = new PartitionLimits(50, 300, 300);

    private final Broker broker = Broker.start(LogOpeners.inMemory(), BRIEF);
    private final NettyAcceptor acceptor = NettyAcceptor.listen("127.0.0.1", 0, 1, broker::accept);

    @AfterEach
    void stop() {
        acceptor.close();
        broker.close();
    }

    private Connection connect() throws JMSException {
        Connection connection =
                new MillraceConnectionFactory("millrace://127.0.0.1:" + acceptor.port())
                        .createConnection();
        connection.start();
        return connection;
    }

    private BrokerFrame find(RawClient client, String temporary) throws IOException {
        client.send(
                new ControlFrame.ResolveDestination(1, DestinationKind.TEMPORARY_QUEUE, temporary)
                        .encoded());
        return client.next();
    }

    /** 6.2.2: "Their lifetime is that of their connection". */
    @Test
    void itsTemporaryDestinationsAreDeleted() throws Exception {
        RawClient client = RawClient.welcomed(acceptor.port());
        client.send(
                new ControlFrame.CreateTemporary(1, DestinationKind.TEMPORARY_QUEUE, "mine")
                        .encoded());
        assertInstanceOf(BrokerFrame.Located.class, client.next());
        try (RawClient observer = RawClient.welcomed(acceptor.port())) {
            assertInstanceOf(BrokerFrame.Located.class, find(observer, "mine"));
            client.reset();
            await().until(() -> find(observer, "mine") instanceof BrokerFrame.Refused);
            BrokerFrame.Refused refused = (BrokerFrame.Refused) find(observer, "mine");
            assertEquals(ErrorCode.INVALID_DESTINATION, refused.code());
        }
    }

    /** 6.2.2: "Only their own connection is allowed to create consumer objects for them". */
    @Test
    void nobodyElseConsumesFromItsTemporaryTopic() throws Exception {
        try (RawClient owner = RawClient.welcomed(acceptor.port());
                RawClient stranger = RawClient.welcomed(acceptor.port())) {
            owner.send(
                    new ControlFrame.CreateTemporary(1, DestinationKind.TEMPORARY_TOPIC, "mine")
                            .encoded());
            assertInstanceOf(BrokerFrame.Located.class, owner.next());
            for (boolean shared : new boolean[] {false, true}) {
                stranger.send(
                        subscribe(
                                DestinationKind.TEMPORARY_TOPIC,
                                "mine",
                                shared ? "team" : null,
                                shared));
                BrokerFrame.Refused refused =
                        assertInstanceOf(BrokerFrame.Refused.class, stranger.next());
                assertEquals(ErrorCode.INVALID_DESTINATION, refused.code());
            }
        }
    }

    private static byte[] subscribe(
            DestinationKind kind, String topic, @Nullable String name, boolean shared) {
        return new ControlFrame.Subscribe(1, kind, topic, name, false, shared, null, false, 1)
                .encoded();
    }

    /** 8.3.2: its consumer is active until it can not come back any more. */
    @Test
    void itsSharedSubscriptionEnds() throws Exception {
        try (Connection connection = connect()) {
            Session session = connection.createSession();
            Topic topic = session.createTopic("news");
            RawClient client = RawClient.welcomed(acceptor.port());
            client.send(subscribe(DestinationKind.TOPIC, "news", "team", true));
            BrokerFrame.Located located =
                    assertInstanceOf(BrokerFrame.Located.class, client.next());
            client.send(
                    new TrafficFrame.Attach(
                                    2,
                                    1,
                                    located.partition(),
                                    located.subscriptionId(),
                                    0,
                                    0,
                                    0,
                                    SequenceRanges.EMPTY,
                                    SequenceRanges.EMPTY,
                                    SequenceRanges.EMPTY,
                                    null,
                                    SequenceRanges.EMPTY)
                            .encoded());
            assertInstanceOf(BrokerFrame.Attached.class, client.next());
            Texts.send(session, topic, "lost");
            assertThrows(
                    JMSException.class, () -> session.createSharedConsumer(topic, "team", "n=1"));
            client.reset();
            MessageConsumer fresh =
                    await().ignoreException(JMSException.class)
                            .until(
                                    () -> session.createSharedConsumer(topic, "team", "TRUE"),
                                    made -> true);
            Texts.send(session, topic, "new");
            Texts.expect(fresh, "new");
        }
    }

    /** 6.1.2: the client id of a connection without a link goes to whoever asks for it. */
    @Test
    void itsClientIdIsFreeForItsSuccessor() throws Exception {
        RawClient client = RawClient.welcomed(acceptor.port());
        client.send(new ControlFrame.ClaimClientId(1, "me").encoded());
        assertInstanceOf(BrokerFrame.Done.class, client.next());
        try (Connection other = connect();
                Connection successor = connect()) {
            Session unused = other.createSession();
            assertEquals(Session.AUTO_ACKNOWLEDGE, unused.getAcknowledgeMode());
            client.reset();
            Connection fresh =
                    new MillraceConnectionFactory("millrace://127.0.0.1:" + acceptor.port())
                            .createConnection();
            await().ignoreException(jakarta.jms.InvalidClientIDException.class)
                    .until(
                            () -> {
                                fresh.setClientID("me");
                                return true;
                            });
            assertEquals("me", fresh.getClientID());
            fresh.close();
            assertThrows(
                    jakarta.jms.IllegalStateException.class, () -> successor.setClientID("me"));
        }
    }
}
