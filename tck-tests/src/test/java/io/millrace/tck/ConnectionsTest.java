package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicRequestor;
import jakarta.jms.TopicSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections: Jakarta Messaging 3.1, 6.1; requestors: 4.1.7 and 4.2.10. */
class ConnectionsTest {

    private static final Duration LIMIT = Duration.ofMillis(Texts.PATIENCE_MILLIS);

    @TempDir Path directory = Path.of("");

    /** 6.1.6: the names are those that mean something here, and no others. */
    @OverEachUri
    void metaDataSaysWhatIsSupported(Provider provider) throws Exception {
        ConnectionMetaData data = provider.connect().getMetaData();
        assertEquals("3.1", data.getJMSVersion());
        assertEquals(3, data.getJMSMajorVersion());
        assertEquals(1, data.getJMSMinorVersion());
        assertEquals("Millrace", data.getJMSProviderName());
        assertEquals(
                data.getProviderMajorVersion() + "." + data.getProviderMinorVersion(),
                data.getProviderVersion());
        assertEquals(
                new TreeSet<>(
                        Set.of("JMSXUserID", "JMSXDeliveryCount", "JMSXGroupID", "JMSXGroupSeq")),
                new TreeSet<>(Collections.list(data.getJMSXPropertyNames())));
    }

    @OverEachUri
    void groupPropertiesTravel(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        TextMessage message = session.createTextMessage("grouped");
        message.setStringProperty("JMSXGroupID", "orders");
        message.setIntProperty("JMSXGroupSeq", 7);
        session.createProducer(queue).send(message);
        MessageConsumer consumer = session.createConsumer(queue, "JMSXGroupSeq = 7");
        assertEquals("orders", Texts.receive(consumer).getStringProperty("JMSXGroupID"));
    }

    /** 6.1.7: a listener hears once that its connection is gone, and may close it right there. */
    @Test
    void exceptionListenerMayCloseItsConnection() throws Exception {
        try (NetworkBroker broker = new NetworkBroker(directory)) {
            Connection connection = broker.factory("?reconnect.max.ms=0").createConnection();
            CompletableFuture<JMSException> heard = new CompletableFuture<>();
            CompletableFuture<String> closed = new CompletableFuture<>();
            connection.setExceptionListener(
                    problem -> {
                        heard.complete(problem);
                        try {
                            connection.close();
                            closed.complete("closed");
                        } catch (JMSException e) {
                            closed.complete(e.toString());
                        }
                    });
            Session session = connection.createSession();
            session.createConsumer(session.createQueue("work")).setMessageListener(each -> {});
            connection.start();
            broker.stop();
            heard.get(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            assertEquals("closed", closed.get(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    /** Threads that call the application are the factory's, and end with the connection. */
    @OverEachUri
    void threadsAreTheFactorys(Provider provider) throws Exception {
        Set<Thread> made = new CopyOnWriteArraySet<>();
        ThreadGroup ours = new ThreadGroup("ours");
        ThreadFactory threads =
                task -> {
                    Thread thread = new Thread(ours, task);
                    made.add(thread);
                    return thread;
                };
        MillraceConnectionFactory factory = provider.factory();
        factory.setThreadFactory(threads);
        CompletableFuture<ThreadGroup> listening = new CompletableFuture<>();
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            Queue queue = session.createQueue("work");
            session.createConsumer(queue)
                    .setMessageListener(
                            each -> listening.complete(Thread.currentThread().getThreadGroup()));
            connection.start();
            Texts.send(provider.connect().createSession(), queue, "one");
            assertSame(ours, listening.get(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
        await().atMost(LIMIT).until(() -> made.stream().noneMatch(Thread::isAlive));
    }

    @OverEachUri
    void queueRequestorGetsItsReply(Provider provider) throws Exception {
        try (QueueConnection connection = provider.factory().createQueueConnection()) {
            QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            Queue desk = session.createQueue("desk");
            answer(provider, desk.getQueueName(), true);
            connection.start();
            QueueRequestor requestor = new QueueRequestor(session, desk);
            assertEquals("ten", requestor.request(question(session)).getBody(String.class));
            requestor.close();
        }
    }

    @OverEachUri
    void topicRequestorGetsItsReply(Provider provider) throws Exception {
        try (TopicConnection connection = provider.factory().createTopicConnection()) {
            TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            Topic desk = session.createTopic("desk");
            answer(provider, desk.getTopicName(), false);
            connection.start();
            TopicRequestor requestor = new TopicRequestor(session, desk);
            assertEquals("ten", requestor.request(question(session)).getBody(String.class));
            requestor.close();
        }
    }

    private static TextMessage question(Session session) throws JMSException {
        return session.createTextMessage("how deep?");
    }

    private static void answer(Provider provider, String name, boolean queue) throws JMSException {
        Session session = provider.started().createSession();
        session.createConsumer(queue ? session.createQueue(name) : session.createTopic(name))
                .setMessageListener(
                        question -> {
                            try {
                                Texts.send(session, question.getJMSReplyTo(), "ten");
                            } catch (JMSException e) {
                                throw new IllegalStateException(e);
                            }
                        });
    }
}
