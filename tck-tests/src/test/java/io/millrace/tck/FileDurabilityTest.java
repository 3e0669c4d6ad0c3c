package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an application finds again that was closed and started anew: Jakarta Messaging 3.1, 4.2.2,
 * 4.1.8 and 9.1. Its broker ends with its last connection.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileDurabilityTest {

    @TempDir Path directory = Path.of("");

    private Connection start(String clientId) throws Exception {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory("millrace:file:" + directory);
        Connection connection = factory.createConnection();
        connection.setClientID(clientId);
        connection.start();
        return connection;
    }

    /** 4.1.8, 9.1: a queue keeps its messages, and knows what was delivered. */
    @Test
    void queuesKeepTheirMessages() throws Exception {
        try (Connection connection = start("client")) {
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            Queue queue = session.createQueue("work");
            Texts.send(session, queue, "done", "seen", "waiting");
            MessageConsumer consumer = session.createConsumer(queue);
            Texts.expect(consumer, "done").acknowledge();
            Texts.expect(consumer, "seen");
        }
        try (Connection connection = start("client")) {
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("work"));
            Texts.assertRedelivered(Texts.expect(consumer, "seen"), 2);
            Texts.assertFirst(Texts.expect(consumer, "waiting"));
            assertNull(consumer.receiveNoWait());
        }
        try (Connection connection = start("client")) {
            Session session = connection.createSession();
            assertNull(session.createConsumer(session.createQueue("work")).receiveNoWait());
        }
    }

    /** 8.3.3, 8.3.4: durable subscriptions collect while nobody is there. */
    @Test
    void durableSubscriptionsKeepCollecting() throws Exception {
        try (Connection connection = start("client")) {
            Session session = connection.createSession();
            Topic topic = session.createTopic("news");
            session.createDurableConsumer(topic, "own");
            session.createSharedDurableConsumer(topic, "team", "number > 1");
            session.createSharedConsumer(topic, "crew");
            session.createConsumer(topic);
        }
        try (Connection connection = start("client")) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createTopic("news"));
            for (int number = 1; number <= 2; number++) {
                Message message = session.createTextMessage("" + number);
                message.setIntProperty("number", number);
                producer.send(message);
            }
        }
        try (Connection connection = start("client")) {
            Session session = connection.createSession();
            Topic topic = session.createTopic("news");
            MessageConsumer own = session.createDurableConsumer(topic, "own");
            assertEquals(List.of("1", "2"), Texts.receive(own, 2));
            MessageConsumer team = session.createSharedDurableConsumer(topic, "team", "number > 1");
            Texts.expect(team, "2");
            assertNull(team.receiveNoWait());
            // The others ended with their consumers.
            assertNull(session.createSharedConsumer(topic, "crew").receiveNoWait());
            own.close();
            session.unsubscribe("own");
        }
        try (Connection connection = start("client")) {
            Session session = connection.createSession();
            MessageConsumer own = session.createDurableConsumer(session.createTopic("news"), "own");
            assertNull(own.receiveNoWait());
        }
    }

    /** 3.4.2: what is NON_PERSISTENT may be lost if the provider fails, and then alone. */
    @Test
    void nonPersistentMessagesOutliveACleanStop() throws Exception {
        try (Connection connection = start("client")) {
            Session session = connection.createSession();
            Queue queue = session.createQueue("work");
            MessageProducer producer = session.createProducer(queue);
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            producer.send(session.createTextMessage("one"));
            producer.send(session.createTextMessage("two"));
            Texts.expect(session.createConsumer(queue), "one");
        }
        try (Connection connection = start("client")) {
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("work"));
            Texts.expect(consumer, "two");
            assertNull(consumer.receiveNoWait());
        }
    }

    /** 6.2.7: what was not committed never was. */
    @Test
    void whatWasNotCommittedIsGone() throws Exception {
        try (Connection connection = start("client")) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            Queue queue = session.createQueue("work");
            Texts.send(session, queue, "committed");
            session.commit();
            Texts.send(session, queue, "abandoned");
            Texts.expect(session.createConsumer(queue), "committed");
        }
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory("millrace:file:" + directory);
        try (JMSContext context = factory.createContext()) {
            var consumer = context.createConsumer(context.createQueue("work"));
            Message again = consumer.receive(Texts.PATIENCE_MILLIS);
            assertEquals("committed", again.getBody(String.class));
            Texts.assertRedelivered(again, 2);
            assertNull(consumer.receiveNoWait());
        }
    }
}
