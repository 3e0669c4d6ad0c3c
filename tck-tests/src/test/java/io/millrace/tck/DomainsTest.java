package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.jms.MillraceXAConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicSession;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XATopicConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Methods that a domain inherits and must refuse (Jakarta Messaging 3.1, Table 9-1). */
class DomainsTest {

    private final Map<String, Background.Action> calls = new LinkedHashMap<>();
    private Provider provider;
    private QueueConnection queues;
    private Session session;
    private Topic topic;

    @BeforeEach
    void connect() throws Exception {
        provider = new Provider(Provider.Kind.MEMORY);
        queues = provider.factory().createQueueConnection();
        queues.setClientID("client");
        session = queues.createSession();
        topic = session.createTopic("news");
    }

    @AfterEach
    void disconnect() throws Exception {
        queues.close();
        provider.close();
    }

    private void assertAllIllegal() {
        calls.forEach((name, call) -> assertThrows(IllegalStateException.class, call::run, name));
    }

    @Test
    void aQueueConnectionHasNoSubscriptions() throws Exception {
        calls.put(
                "createSharedConnectionConsumer",
                () -> queues.createSharedConnectionConsumer(topic, "team", null, null, 1));
        calls.put(
                "createDurableConnectionConsumer",
                () -> queues.createDurableConnectionConsumer(topic, "team", null, null, 1));
        calls.put(
                "createSharedDurableConnectionConsumer",
                () -> queues.createSharedDurableConnectionConsumer(topic, "team", null, null, 1));
        assertAllIllegal();
    }

    @Test
    void theSameHoldsInDistributedTransactions() throws Exception {
        MillraceXAConnectionFactory factory = new MillraceXAConnectionFactory(provider.uri());
        try (XAQueueConnection managed = factory.createXAQueueConnection();
                XATopicConnection subscribing = factory.createXATopicConnection()) {
            calls.put(
                    "createSharedConnectionConsumer",
                    () -> managed.createSharedConnectionConsumer(topic, "team", null, null, 1));
            calls.put(
                    "createDurableConnectionConsumer",
                    () -> managed.createDurableConnectionConsumer(topic, "team", null, null, 1));
            calls.put(
                    "createSharedDurableConnectionConsumer",
                    () ->
                            managed.createSharedDurableConnectionConsumer(
                                    topic, "team", null, null, 1));
            addTopics(managed.createXAQueueSession().getQueueSession());
            assertAllIllegal();
            calls.clear();
            addTopics(managed.createQueueSession(false, Session.AUTO_ACKNOWLEDGE));
            assertAllIllegal();
            calls.clear();
            addQueues(subscribing.createXATopicSession().getTopicSession());
            assertAllIllegal();
            calls.clear();
            addQueues(subscribing.createTopicSession(false, Session.AUTO_ACKNOWLEDGE));
            assertAllIllegal();
        }
    }

    @Test
    void aQueueSessionHasNoTopics() throws Exception {
        addTopics(queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE));
        assertAllIllegal();
    }

    private void addTopics(QueueSession session) {
        calls.put("createDurableSubscriber", () -> session.createDurableSubscriber(topic, "me"));
        calls.put("createDurableConsumer", () -> session.createDurableConsumer(topic, "me"));
        calls.put("createSharedConsumer", () -> session.createSharedConsumer(topic, "us"));
        calls.put(
                "createSharedDurableConsumer",
                () -> session.createSharedDurableConsumer(topic, "us"));
        calls.put("createTemporaryTopic", session::createTemporaryTopic);
        calls.put("createTopic", () -> session.createTopic("news"));
        calls.put("unsubscribe", () -> session.unsubscribe("me"));
    }

    @Test
    void aTopicSessionHasNoQueues() throws Exception {
        try (var topics = provider.factory().createTopicConnection()) {
            addQueues(topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE));
            assertAllIllegal();
        }
    }

    private void addQueues(TopicSession session) {
        calls.put("createBrowser", () -> session.createBrowser(this.session.createQueue("a")));
        calls.put("createQueue", () -> session.createQueue("a"));
        calls.put("createTemporaryQueue", session::createTemporaryQueue);
    }
}
