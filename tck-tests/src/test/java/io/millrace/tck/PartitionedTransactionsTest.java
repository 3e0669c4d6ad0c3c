package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.Id128;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A session's transactions over destinations that live in three partitions (6.2.7). */
class PartitionedTransactionsTest extends RestartedBroker {

    PartitionedTransactionsTest() {
        super(3);
    }

    private static List<Queue> queues(Session session) throws JMSException {
        List<Queue> queues = new ArrayList<>();
        for (String name : ThreePartitions.NAMES) {
            queues.add(session.createQueue(name));
        }
        return queues;
    }

    private static void send(Session session, String text) throws JMSException {
        for (Queue each : queues(session)) {
            Texts.send(session, each, text);
        }
    }

    private static List<MessageConsumer> consumers(Session session) throws JMSException {
        List<MessageConsumer> consumers = new ArrayList<>();
        for (Queue each : queues(session)) {
            consumers.add(session.createConsumer(each));
        }
        return consumers;
    }

    @Test
    void theQueuesLiveInThreePartitions() throws Exception {
        ThreePartitions.check(broker.port());
    }

    @Test
    void whatIsCommittedIsThereWhenCommitReturns() throws Exception {
        Session reading = connect("").createSession();
        List<MessageConsumer> consumers = consumers(reading);
        Session session = connect("").createSession(Session.SESSION_TRANSACTED);
        for (int number = 0; number < 50; number++) {
            send(session, "sent " + number);
            for (MessageConsumer each : consumers) {
                assertNull(each.receiveNoWait(), "seen before it was committed");
            }
            session.commit();
            for (MessageConsumer each : consumers) {
                Message message = each.receiveNoWait();
                assertNotNull(message, "not seen after it was committed");
                assertEquals("sent " + number, message.getBody(String.class));
                Texts.assertFirst(message);
            }
        }
    }

    @Test
    void aRollbackGivesEverythingBackInOrder() throws Exception {
        Connection connection = connect("");
        Session other = connection.createSession();
        for (String text : List.of("1", "2", "3")) {
            send(other, text);
        }
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        List<MessageConsumer> consumers = consumers(session);
        for (MessageConsumer each : consumers) {
            assertEquals(List.of("1", "2"), Texts.receive(each, 2));
        }
        send(session, "never");
        session.rollback();
        for (MessageConsumer each : consumers) {
            Texts.assertRedelivered(Texts.expect(each, "1"), 2);
            Texts.assertRedelivered(Texts.expect(each, "2"), 2);
            Texts.assertFirst(Texts.expect(each, "3"));
            assertNull(each.receiveNoWait());
        }
        session.commit();
        session.close();
        for (MessageConsumer each : consumers(other)) {
            assertNull(each.receiveNoWait());
        }
    }

    @Test
    void oneThatCannotBePreparedRollsBackAll() throws Exception {
        Connection connection = connect("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Session other = connection.createSession();
        for (String text : List.of("1", "2")) {
            send(other, text);
        }
        List<MessageConsumer> consumers = consumers(session);
        for (MessageConsumer each : consumers) {
            Texts.expect(each, "1");
        }
        // More than half an entry of the log in one of the partitions.
        MessageProducer producer = session.createProducer(queues(session).get(1));
        String large = "x".repeat(100_000);
        for (int number = 0; number < 6; number++) {
            producer.send(session.createTextMessage(large));
        }
        Texts.send(session, queues(session).get(0), "never");
        TransactionRolledBackException failed =
                assertThrows(TransactionRolledBackException.class, session::commit);
        assertEquals("ROLLED_BACK", failed.getErrorCode());
        for (MessageConsumer each : consumers) {
            Texts.assertRedelivered(Texts.expect(each, "1"), 2);
            Texts.assertFirst(Texts.expect(each, "2"));
            assertNull(each.receiveNoWait());
        }
        session.commit();
    }

    @Test
    void whateverIsSentIsAsInOnePartition() throws Exception {
        try (JMSContext context = broker.factory("").createContext(JMSContext.SESSION_TRANSACTED)) {
            for (String name : ThreePartitions.NAMES) {
                Queue queue = context.createQueue(name);
                context.createProducer()
                        .setDeliveryMode(DeliveryMode.NON_PERSISTENT)
                        .send(queue, "np");
                context.createProducer().setProperty("JMSXGroupID", "g").send(queue, "grouped");
                context.createProducer().send(queue, "x".repeat(2 << 20));
                context.createProducer().setDeliveryDelay(300).send(queue, "later");
            }
            context.commit();
        }
        Session reading = connect("").createSession();
        for (MessageConsumer each : consumers(reading)) {
            Texts.expect(each, "np");
            Texts.expect(each, "grouped");
            Texts.expect(each, "x".repeat(2 << 20));
            Texts.expect(each, "later");
        }
    }

    @Test
    void aTransactionGoesOnOverARestart() throws Exception {
        Connection connection = connect("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        send(connection.createSession(), "in");
        for (MessageConsumer each : consumers(session)) {
            Texts.expect(each, "in");
        }
        send(session, "1");
        broker.restart();
        send(session, "2");
        session.commit();
        broker.restart();
        session.close();
        for (MessageConsumer each : consumers(connect("").createSession())) {
            assertEquals(List.of("1", "2"), Texts.receive(each, 2));
            assertNull(each.receiveNoWait());
        }
    }

    /** Else a partition would fail when it tells, or asks, one that there is not. */
    @Test
    void framesThatNameNoOtherPartitionReachNone() throws Exception {
        byte[] id = new TransactionId(new Id128(3, 4), 1).toBytes();
        PartitionSet none = PartitionSet.of(List.of(99));
        for (Frame each :
                List.of(
                        new TransactionFrame.Commit(1, 1, id, 0, List.of(), none),
                        new TransactionFrame.PreparePart(1, 1, id, 1, 0, List.of()))) {
            try (RawClient client = RawClient.welcomed(broker.port())) {
                client.send(each.encoded());
                assertEquals(ErrorCode.PROTOCOL, client.closing().code());
            }
        }
    }
}
