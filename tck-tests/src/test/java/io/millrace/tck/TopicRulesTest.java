package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.util.List;

/** What a subscription is: Jakarta Messaging 3.1, 4.2 and 8.3. */
class TopicRulesTest {

    /** 4.2.2: "Work done on one copy has no effect on any other". */
    @OverEachUri
    void eachSubscriptionHasCopiesOfItsOwn(Provider provider) throws Exception {
        Connection connection = provider.startedAs("client");
        Session first = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Session second = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Topic topic = first.createTopic("news");
        MessageConsumer plain = first.createConsumer(topic);
        MessageConsumer durable = second.createDurableConsumer(topic, "archive");
        Texts.send(provider.connect().createSession(), topic, "a", "b");
        Texts.expect(plain, "a").acknowledge();
        Message copy = Texts.expect(durable, "a");
        copy.clearBody();
        second.recover();
        Texts.assertFirst(Texts.expect(plain, "b"));
        Texts.assertRedelivered(Texts.expect(durable, "a"), 2);
        Texts.assertFirst(Texts.expect(durable, "b"));
        second.recover();
        Texts.assertRedelivered(Texts.expect(durable, "a"), 3);
        assertNull(plain.receiveNoWait());
    }

    /** 4.2.8: unacknowledged messages are recovered while a non-durable subscriber lives. */
    @OverEachUri
    void nonDurableSubscribersRecover(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Topic topic = session.createTopic("news");
        MessageConsumer consumer = session.createConsumer(topic);
        Texts.send(provider.connect().createSession(), topic, "a", "b", "c");
        Texts.expect(consumer, "a").acknowledge();
        Texts.expect(consumer, "b");
        session.recover();
        Texts.assertRedelivered(Texts.expect(consumer, "b"), 2);
        Texts.assertFirst(Texts.expect(consumer, "c"));
    }

    /** 8.3.1: it "will be deleted (together with any undelivered messages)" with its consumer. */
    @OverEachUri
    void aPlainSubscriptionEndsWithItsConsumer(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Topic topic = session.createTopic("news");
        MessageConsumer consumer = session.createConsumer(topic);
        Texts.send(session, topic, "undelivered");
        consumer.close();
        Texts.send(session, topic, "nobody");
        MessageConsumer next = session.createConsumer(topic);
        Texts.send(session, topic, "seen");
        Texts.expect(next, "seen");
        assertNull(next.receiveNoWait());
    }

    /** 4.2.7: "it does not make sense to create a durable subscription to a temporary topic". */
    @OverEachUri
    void temporaryTopicsHaveNoDurableSubscriptions(Provider provider) throws Exception {
        Session session = provider.startedAs("client").createSession();
        Topic topic = session.createTemporaryTopic();
        assertThrows(
                InvalidDestinationException.class,
                () -> session.createDurableConsumer(topic, "archive"));
        assertThrows(
                InvalidDestinationException.class,
                () -> session.createSharedDurableConsumer(topic, "archive"));
        session.createConsumer(topic).close();
    }

    /** Table 4-1: what a durable subscription gets does not depend on the delivery mode here. */
    @OverEachUri
    void durableSubscribersGetBothDeliveryModes(Provider provider) throws Exception {
        Session session = provider.startedAs("client").createSession();
        Topic topic = session.createTopic("news");
        MessageConsumer consumer = session.createDurableConsumer(topic, "archive");
        var producer = session.createProducer(topic);
        producer.send(session.createTextMessage("one"), DeliveryMode.PERSISTENT, 4, 0);
        producer.send(session.createTextMessage("two"), DeliveryMode.NON_PERSISTENT, 4, 0);
        Texts.assertFirst(Texts.expect(consumer, "one"));
        Texts.assertFirst(Texts.expect(consumer, "two"));
        assertNull(consumer.receiveNoWait());
    }

    /** 8.3.3: the names of one client are its own. */
    @OverEachUri
    void durableNamesBelongToTheClientId(Provider provider) throws Exception {
        Session ann = provider.startedAs("ann").createSession();
        Session bob = provider.startedAs("bob").createSession();
        Topic topic = ann.createTopic("news");
        MessageConsumer hers = ann.createDurableConsumer(topic, "archive");
        MessageConsumer his = bob.createDurableConsumer(topic, "archive");
        Texts.send(ann, topic, "one");
        Texts.expect(hers, "one");
        Texts.expect(his, "one");
        hers.close();
        ann.unsubscribe("archive");
        Texts.send(ann, topic, "two");
        Texts.expect(his, "two");
        assertThrows(InvalidDestinationException.class, () -> ann.unsubscribe("archive"));
    }

    /** 8.3.1 and 8.3.3 by the legacy names: subscribers with selector and noLocal. */
    @OverEachUri
    void subscribersOfTheLegacyApi(Provider provider) throws Exception {
        try (TopicConnection connection = provider.factory().createTopicConnection()) {
            connection.setClientID("client");
            connection.start();
            TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            Topic topic = session.createTopic("news");
            TopicSubscriber all = session.createSubscriber(topic);
            TopicSubscriber others = session.createSubscriber(topic, "JMSType = 'x'", true);
            TopicSubscriber durable = session.createDurableSubscriber(topic, "archive");
            TopicSubscriber away =
                    session.createDurableSubscriber(topic, "others", "JMSType = 'x'", true);
            assertEquals(false, all.getNoLocal());
            assertEquals(true, others.getNoLocal());
            assertEquals(true, away.getNoLocal());
            assertEquals(topic, away.getTopic());
            assertEquals("JMSType = 'x'", away.getMessageSelector());
            publish(session, topic, "own");
            publish(provider.connect().createSession(), topic, "theirs");
            for (TopicSubscriber each : List.of(all, durable)) {
                assertEquals(List.of("own", "theirs"), Texts.receive(each, 2));
            }
            for (TopicSubscriber each : List.of(others, away)) {
                Texts.expect(each, "theirs");
                assertNull(each.receiveNoWait());
            }
        }
    }

    private static void publish(Session session, Topic topic, String text) throws JMSException {
        Message message = session.createTextMessage(text);
        message.setJMSType("x");
        session.createProducer(topic).send(message);
    }
}
