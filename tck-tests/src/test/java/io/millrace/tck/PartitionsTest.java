package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.BrokerConfiguration;
import io.millrace.server.LogOpeners;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker with several partitions is to its applications as one with a single one. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PartitionsTest {

    private static final int THREE = 3;

    /** So many names are in all three. */
    private static final int QUEUES = 8;

    @TempDir Path directory = Path.of("");

    private final List<Connection> opened = new CopyOnWriteArrayList<>();
    private NetworkBroker broker;
    private int partitions = 1;

    @BeforeEach
    void startBroker() {
        broker =
                new NetworkBroker(
                        () ->
                                LogOpeners.inDirectory(
                                        directory,
                                        BrokerConfiguration.parse(
                                                Map.of(
                                                        "log.segment.bytes",
                                                        "" + (1 << 20),
                                                        "num.partitions",
                                                        "" + partitions))));
    }

    @AfterEach
    void stopBroker() throws JMSException {
        for (Connection each : opened) {
            each.close();
        }
        broker.close();
    }

    private void restartWith(int number) {
        broker.stop();
        partitions = number;
        broker.start();
    }

    private Connection connect(String options) throws JMSException {
        Connection connection = broker.factory(options).createConnection();
        opened.add(connection);
        connection.start();
        return connection;
    }

    private static List<Queue> queues(Session session, String prefix) throws JMSException {
        List<Queue> queues = new ArrayList<>();
        for (int number = 0; number < QUEUES; number++) {
            queues.add(session.createQueue(prefix + number));
        }
        return queues;
    }

    @Test
    void oneSessionSendsToAllAndHearsInOrder() throws Exception {
        restartWith(THREE);
        Session session = connect("").createSession();
        List<Queue> queues = queues(session, "q");
        MessageProducer producer = session.createProducer(null);
        List<String> told = new CopyOnWriteArrayList<>();
        SendListener listener =
                new SendListener(message -> told.add(message.getBody(String.class)));
        List<String> sent = new ArrayList<>();
        for (int number = 0; number < 400; number++) {
            TextMessage message = session.createTextMessage("" + number);
            sent.add(message.getText());
            producer.send(queues.get(number * 7 % QUEUES), message, listener);
        }
        producer.close();
        assertEquals(sent, told);
        for (int queue = 0; queue < QUEUES; queue++) {
            List<String> expected = new ArrayList<>();
            for (int number = 0; number < 400; number++) {
                if (number * 7 % QUEUES == queue) {
                    expected.add("" + number);
                }
            }
            assertEquals(
                    expected,
                    Texts.receive(session.createConsumer(queues.get(queue)), expected.size()));
        }
        assertTrue(directory.resolve("partition-3").toFile().isDirectory());
    }

    @Test
    void partitionsAreAddedAtARestartAndWhatIsThereStays() throws Exception {
        Connection before = connect("?clientId=c");
        Session session = before.createSession();
        Topic news = session.createTopic("news");
        session.createDurableConsumer(news, "s").close();
        for (Queue each : queues(session, "old")) {
            Texts.send(session, each, each.getQueueName());
        }
        Texts.send(session, news, "extra");
        before.close();
        restartWith(THREE);
        Session after = connect("?clientId=c").createSession();
        for (Queue each : queues(after, "new")) {
            Texts.send(after, each, each.getQueueName());
        }
        for (String prefix : List.of("old", "new")) {
            for (Queue each : queues(after, prefix)) {
                Texts.expect(after.createConsumer(each), each.getQueueName());
            }
        }
        Texts.send(after, news, "more");
        assertEquals(
                List.of("extra", "more"), Texts.receive(after.createDurableConsumer(news, "s"), 2));
    }

    @Test
    void partitionsAreNotTakenAway() {
        restartWith(THREE);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> restartWith(1));
        assertEquals(
                "Expected num.partitions of at least 3, as there is a directory of partition 3, but it"
                        + " is 1; set num.partitions=3: partitions can be added, and not taken away",
                refused.getMessage());
    }

    @Test
    void clientsGoOnAfterARestart() throws Exception {
        restartWith(THREE);
        Connection connection = connect("?reconnect.max.ms=60000");
        Session session = connection.createSession();
        Session receiving = connection.createSession();
        List<Queue> queues = queues(session, "q");
        List<MessageConsumer> consumers = new ArrayList<>();
        List<TemporaryQueue> temporaries = new ArrayList<>();
        for (Queue each : queues) {
            consumers.add(receiving.createConsumer(each));
            TemporaryQueue temporary = connect("").createSession().createTemporaryQueue();
            temporaries.add(temporary);
            Texts.send(session, each, "before");
            Texts.send(session, temporary, "kept");
        }
        for (MessageConsumer each : consumers) {
            Texts.expect(each, "before");
        }
        broker.restart();
        for (int index = 0; index < QUEUES; index++) {
            Texts.send(session, queues.get(index), "after");
            Texts.expect(consumers.get(index), "after");
            Texts.send(session, temporaries.get(index), "again");
        }
    }

    @Test
    void requestsAreAnsweredOverTemporaryQueues() throws Exception {
        restartWith(THREE);
        Session server = connect("").createSession();
        Queue requests = server.createQueue("requests");
        MessageProducer replies = server.createProducer(null);
        server.createConsumer(requests)
                .setMessageListener(
                        message -> {
                            try {
                                replies.send(message.getJMSReplyTo(), message);
                            } catch (JMSException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        for (int client = 0; client < QUEUES; client++) {
            Session session = connect("").createSession();
            TemporaryQueue own = session.createTemporaryQueue();
            MessageConsumer answers = session.createConsumer(own);
            TextMessage request = session.createTextMessage("client " + client);
            request.setJMSReplyTo(own);
            session.createProducer(requests).send(request);
            Texts.expect(answers, "client " + client);
            answers.close();
            own.delete();
        }
    }

    @Test
    void noLocalHoldsInEachPartition() throws Exception {
        restartWith(THREE);
        Session own = connect("?clientId=own").createSession();
        Session other = connect("").createSession();
        for (int number = 0; number < QUEUES; number++) {
            Topic topic = own.createTopic("t" + number);
            MessageConsumer consumer = own.createDurableConsumer(topic, "s" + number, null, true);
            Texts.send(own, topic, "own");
            Texts.send(other, topic, "other");
            Texts.expect(consumer, "other");
            assertNull(consumer.receiveNoWait());
            consumer.close();
            own.unsubscribe("s" + number);
        }
    }

    @Test
    void deadLettersGetToTheirQueueOnceWhereverItIs() throws Exception {
        restartWith(THREE);
        Session session = connect("").createSession(Session.CLIENT_ACKNOWLEDGE);
        var expected = new TreeSet<String>();
        for (Queue each : queues(session, "poisoned")) {
            MessageConsumer consumer = session.createConsumer(each);
            for (int number = 0; number < 3; number++) {
                Texts.send(session, each, each.getQueueName() + " " + number);
                expected.add(each.getQueueName() + " " + number);
            }
            for (int delivery = 1; delivery <= 10; delivery++) {
                Texts.receive(consumer, 3);
                session.recover();
            }
            consumer.close();
        }
        MessageConsumer dead = session.createConsumer(session.createQueue("DLQ"));
        var found = new TreeSet<String>();
        for (int letter = 0; letter < expected.size(); letter++) {
            Message message = Texts.receive(dead);
            Texts.assertFirst(message);
            String origin = message.getStringProperty("JMS_Millrace_Origin");
            assertTrue(message.getBody(String.class).startsWith(origin));
            found.add(message.getBody(String.class));
        }
        assertEquals(expected, found);
        assertNull(dead.receiveNoWait());
        session.close();
        broker.restart();
        // Nothing of it comes again.
        Session again = connect("").createSession();
        for (Queue each : queues(again, "poisoned")) {
            assertTrue(!again.createBrowser(each).getEnumeration().hasMoreElements());
        }
    }

    @Test
    void largeBodiesAreWhereTheirMessagesAre() throws Exception {
        restartWith(THREE);
        Session session = connect("").createSession();
        byte[] content = new byte[1_500_000];
        for (int at = 0; at < content.length; at++) {
            content[at] = (byte) (at * 31 >> 3);
        }
        for (Queue each : queues(session, "large")) {
            var message = session.createBytesMessage();
            message.writeBytes(content);
            session.createProducer(each).send(message);
        }
        broker.restart();
        for (Queue each : queues(session, "large")) {
            Message message = Texts.receive(session.createConsumer(each));
            assertArrayEquals(content, message.getBody(byte[].class));
        }
    }

    @Test
    void aTransactionOverDestinationsThatBelongTogetherIsOne() throws Exception {
        restartWith(THREE);
        Session session = connect("").createSession(Session.SESSION_TRANSACTED);
        Session outside = connect("").createSession();
        for (int number = 0; number < QUEUES; number++) {
            Queue in = session.createQueue("shop" + number + ".in");
            Queue out = session.createQueue("shop" + number + ".out");
            Texts.send(outside, in, "order");
            MessageConsumer consumer = session.createConsumer(in);
            Texts.expect(consumer, "order");
            Texts.send(session, out, "invoice");
            session.commit();
            Texts.expect(outside.createConsumer(out), "invoice");
            consumer.close();
        }
    }
}
