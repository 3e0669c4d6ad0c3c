package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.List;

/** Jakarta Messaging 3.1, 4.2, 6.1.2 and 8.3. */
class TopicsTest {

    @OverEachUri
    void everyPlainSubscriberGetsWhatIsSentWhileItListens(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Topic topic = session.createTopic("news");
        Texts.send(session, topic, "nobody");
        MessageConsumer early = session.createConsumer(topic);
        Texts.send(session, topic, "one");
        MessageConsumer late = provider.started().createSession().createConsumer(topic);
        Texts.send(session, topic, "two");
        assertEquals(List.of("one", "two"), Texts.receive(early, 2));
        Texts.expect(late, "two");
        assertNull(early.receiveNoWait());
        assertNull(late.receiveNoWait());
    }

    @OverEachUri
    void durableSubscriberMissesNothingWhileOffline(Provider provider) throws Exception {
        Connection publisher = provider.started();
        Session session = publisher.createSession();
        Topic topic = session.createTopic("news");
        Connection reader = provider.startedAs("reader");
        MessageConsumer first = reader.createSession().createDurableConsumer(topic, "archive");
        Texts.send(session, topic, "one");
        Texts.expect(first, "one");
        reader.close();
        Texts.send(session, topic, "two", "three");
        MessageConsumer again =
                provider.startedAs("reader")
                        .createSession()
                        .createDurableConsumer(topic, "archive");
        Texts.assertFirst(Texts.expect(again, "two"));
        Texts.assertFirst(Texts.expect(again, "three"));
        assertNull(again.receiveNoWait());
    }

    @OverEachUri
    void durableSubscriptionHasOneConsumer(Provider provider) throws Exception {
        Session session = provider.startedAs("reader").createSession();
        Topic topic = session.createTopic("news");
        MessageConsumer first = session.createDurableConsumer(topic, "archive");
        assertThrows(JMSException.class, () -> session.createDurableConsumer(topic, "archive"));
        Texts.send(session, topic, "one");
        Texts.expect(first, "one");
        first.close();
        session.createDurableConsumer(topic, "archive").close();
    }

    @OverEachUri
    void unsubscribeIsRefusedWhileInUseAndEndsTheSubscription(Provider provider) throws Exception {
        Session session = provider.startedAs("reader").createSession();
        Topic topic = session.createTopic("news");
        MessageConsumer consumer = session.createDurableConsumer(topic, "archive");
        assertThrows(JMSException.class, () -> session.unsubscribe("archive"));
        Texts.send(session, topic, "one");
        Texts.expect(consumer, "one");
        consumer.close();
        Texts.send(session, topic, "never read");
        session.unsubscribe("archive");
        assertNull(session.createDurableConsumer(topic, "archive").receiveNoWait());
        assertThrows(InvalidDestinationException.class, () -> session.unsubscribe("unknown"));
    }

    @OverEachUri
    void unsubscribeIsRefusedWhileMessagesAreUnacknowledged(Provider provider) throws Exception {
        Session session = provider.startedAs("reader").createSession(Session.CLIENT_ACKNOWLEDGE);
        Topic topic = session.createTopic("news");
        MessageConsumer consumer = session.createDurableConsumer(topic, "archive");
        Texts.send(session, topic, "one");
        jakarta.jms.Message held = Texts.expect(consumer, "one");
        consumer.close();
        assertThrows(JMSException.class, () -> session.unsubscribe("archive"));
        held.acknowledge();
        session.unsubscribe("archive");
    }

    @OverEachUri
    void clientIdIsSetFirstAndOnceAndByOneConnection(Provider provider) throws Exception {
        Connection owner = provider.connect();
        owner.setClientID("reader");
        assertEquals("reader", owner.getClientID());
        assertThrows(IllegalStateException.class, () -> owner.setClientID("other"));
        Connection second = provider.connect();
        assertThrows(InvalidClientIDException.class, () -> second.setClientID("reader"));
        owner.close();
        second.setClientID("reader");
        Connection used = provider.connect();
        used.createSession();
        assertThrows(IllegalStateException.class, () -> used.setClientID("late"));
        assertThrows(
                IllegalStateException.class,
                () ->
                        used.createSession()
                                .createDurableConsumer(
                                        used.createSession().createTopic("news"), "archive"));
    }
}
