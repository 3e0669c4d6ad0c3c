package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Jakarta Messaging 3.1, 8.3.2 and 8.3.4: subscriptions that several consumers share. */
class SharedSubscriptionsTest {

    private static void sendNumbers(Session session, Topic to, int first, int last)
            throws JMSException {
        for (int n = first; n <= last; n++) {
            TextMessage message = session.createTextMessage("" + n);
            message.setIntProperty("n", n);
            session.createProducer(to).send(message);
        }
    }

    private static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
    }

    /** What is there now, from several consumers, by number. */
    private static List<String> receiveAll(MessageConsumer... consumers) throws JMSException {
        List<Integer> all = new ArrayList<>();
        for (MessageConsumer consumer : consumers) {
            for (TextMessage message = (TextMessage) consumer.receiveNoWait();
                    message != null;
                    message = (TextMessage) consumer.receiveNoWait()) {
                all.add(Integer.valueOf(message.getText()));
            }
        }
        return all.stream().sorted().map(String::valueOf).toList();
    }

    /** 8.3.2: "Each message from the subscription will be delivered to only one". */
    @OverEachUri
    void consumersOfAllConnectionsShareTheWork(Provider provider) throws Exception {
        Session first = provider.started().createSession();
        Session second = provider.started().createSession();
        Topic topic = first.createTopic("news");
        MessageConsumer a = first.createSharedConsumer(topic, "team");
        MessageConsumer b = second.createSharedConsumer(topic, "team");
        MessageConsumer alone = second.createSharedConsumer(topic, "another");
        MessageConsumer durable = second.createSharedDurableConsumer(topic, "team");
        sendNumbers(first, topic, 1, 40);
        // Both get work.
        Texts.receive(a);
        Texts.receive(b);
        assertEquals(38, receiveAll(a, b).size());
        assertEquals(numbers(1, 40), receiveAll(alone));
        assertEquals(numbers(1, 40), receiveAll(durable));
        assertEquals(List.of(), receiveAll(a, b, alone, durable));
    }

    /** 8.3.2: it "will be deleted … when the last consumer on the subscription is closed". */
    @OverEachUri
    void nonDurableEndsWithItsLastConsumer(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Topic topic = session.createTopic("news");
        MessageConsumer first = session.createSharedConsumer(topic, "team");
        Connection other = provider.started();
        MessageConsumer second = other.createSession().createSharedConsumer(topic, "team");
        first.close();
        sendNumbers(session, topic, 1, 2);
        assertEquals(numbers(1, 2), Texts.receive(second, 2));
        sendNumbers(session, topic, 3, 4);
        other.close();
        sendNumbers(session, topic, 5, 6);
        MessageConsumer fresh = session.createSharedConsumer(topic, "team");
        sendNumbers(session, topic, 7, 7);
        Texts.expect(fresh, "7");
        assertNull(fresh.receiveNoWait());
    }

    /** 8.3.2: another topic or selector is refused while there is a consumer. */
    @OverEachUri
    void nonDurableIsNotChangedWhileItIsUsed(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Session other = provider.started().createSession();
        Topic topic = session.createTopic("news");
        Topic weather = session.createTopic("weather");
        MessageConsumer consumer = session.createSharedConsumer(topic, "team", "n > 2");
        assertThrows(JMSException.class, () -> other.createSharedConsumer(topic, "team"));
        assertThrows(JMSException.class, () -> other.createSharedConsumer(topic, "team", "n > 3"));
        assertThrows(
                JMSException.class, () -> other.createSharedConsumer(weather, "team", "n > 2"));
        MessageConsumer like = other.createSharedConsumer(topic, "team", "n > 2");
        sendNumbers(session, topic, 1, 4);
        assertEquals(numbers(3, 4), receiveAll(consumer, like));
        consumer.close();
        like.close();
        MessageConsumer changed = other.createSharedConsumer(weather, "team", "");
        sendNumbers(session, weather, 1, 1);
        Texts.expect(changed, "1");
    }

    /** 8.3.4: "is persisted and will continue to accumulate messages until it is deleted". */
    @OverEachUri
    void durableKeepsWhatComesWithoutConsumers(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Topic topic = session.createTopic("news");
        session.createSharedDurableConsumer(topic, "team", "n <> 2").close();
        sendNumbers(session, topic, 1, 4);
        Session other = provider.started().createSession();
        MessageConsumer a = other.createSharedDurableConsumer(topic, "team", "n <> 2");
        MessageConsumer b = session.createSharedDurableConsumer(topic, "team", "n <> 2");
        sendNumbers(session, topic, 5, 6);
        assertEquals(List.of("1", "3", "4", "5", "6"), receiveAll(a, b));
        a.close();
        b.close();
        session.unsubscribe("team");
        sendNumbers(session, topic, 7, 7);
        MessageConsumer fresh = session.createSharedDurableConsumer(topic, "team");
        assertNull(fresh.receiveNoWait());
    }

    /** 8.3.4: another topic or selector begins anew, but not while there is a consumer. */
    @OverEachUri
    void durableIsChangedOnlyWhenItIsNotUsed(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Session other = provider.started().createSession();
        Topic topic = session.createTopic("news");
        Topic weather = session.createTopic("weather");
        MessageConsumer consumer = session.createSharedDurableConsumer(topic, "team");
        assertThrows(
                JMSException.class, () -> other.createSharedDurableConsumer(topic, "team", "n=1"));
        assertThrows(JMSException.class, () -> other.createSharedDurableConsumer(weather, "team"));
        consumer.close();
        sendNumbers(session, topic, 1, 3);
        MessageConsumer selected = other.createSharedDurableConsumer(topic, "team", "n > 1");
        sendNumbers(session, topic, 1, 2);
        Texts.expect(selected, "2");
        assertNull(selected.receiveNoWait());
        selected.close();
        MessageConsumer moved = other.createSharedDurableConsumer(weather, "team");
        sendNumbers(session, topic, 3, 3);
        sendNumbers(session, weather, 4, 4);
        Texts.expect(moved, "4");
        assertNull(moved.receiveNoWait());
    }

    /** 8.3.2, 8.3.4: identified "by the client identifier if set"; else the name is everybody's. */
    @OverEachUri
    void clientIdIsPartOfTheName(Provider provider) throws Exception {
        Session ann = provider.startedAs("ann").createSession();
        Session bob = provider.startedAs("bob").createSession();
        Session nobody = provider.started().createSession();
        Topic topic = ann.createTopic("news");
        List<MessageConsumer> consumers = new ArrayList<>();
        for (Session session : List.of(ann, bob, nobody)) {
            consumers.add(session.createSharedConsumer(topic, "team"));
            consumers.add(session.createSharedDurableConsumer(topic, "team"));
        }
        sendNumbers(nobody, topic, 1, 3);
        for (MessageConsumer consumer : consumers) {
            assertEquals(numbers(1, 3), receiveAll(consumer));
            consumer.close();
        }
        assertThrows(InvalidDestinationException.class, () -> nobody.unsubscribe("other"));
        nobody.unsubscribe("team");
        assertThrows(InvalidDestinationException.class, () -> nobody.unsubscribe("team"));
        ann.unsubscribe("team");
        sendNumbers(nobody, topic, 4, 4);
        assertEquals(numbers(4, 4), receiveAll(bob.createSharedDurableConsumer(topic, "team")));
    }

    /** 8.3.3, 8.3.4: shared and unshared durable ones may not have the same name, used or not. */
    @OverEachUri
    void sharedAndUnsharedDurablesExcludeEachOther(Provider provider) throws Exception {
        Session session = provider.startedAs("me").createSession();
        Topic topic = session.createTopic("news");
        MessageConsumer shared = session.createSharedDurableConsumer(topic, "team");
        assertThrows(JMSException.class, () -> session.createDurableConsumer(topic, "team"));
        shared.close();
        assertThrows(JMSException.class, () -> session.createDurableConsumer(topic, "team"));
        session.createDurableConsumer(topic, "own").close();
        assertThrows(JMSException.class, () -> session.createSharedDurableConsumer(topic, "own"));
        // "no restriction to prevent a durable subscription and a shared non-durable" one.
        session.createSharedConsumer(topic, "own").close();
        session.unsubscribe("own");
        session.createSharedDurableConsumer(topic, "own").close();
        session.unsubscribe("team");
        session.createDurableConsumer(topic, "team").close();
    }

    /** 8.3.4: not while there is a consumer, or a message of it that is not acknowledged. */
    @OverEachUri
    void unsubscribeIsRefusedWhileItIsUsed(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Session other = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Topic topic = session.createTopic("news");
        MessageConsumer a = session.createSharedDurableConsumer(topic, "team");
        MessageConsumer b = other.createSharedDurableConsumer(topic, "team");
        a.close();
        assertThrows(JMSException.class, () -> session.unsubscribe("team"));
        sendNumbers(session, topic, 1, 1);
        TextMessage held = (TextMessage) Texts.expect(b, "1");
        b.close();
        assertThrows(JMSException.class, () -> session.unsubscribe("team"));
        held.acknowledge();
        session.unsubscribe("team");
        assertThrows(InvalidDestinationException.class, () -> session.unsubscribe("team"));
        // A non-durable one is none that could be unsubscribed from.
        session.createSharedConsumer(topic, "crew");
        assertThrows(InvalidDestinationException.class, () -> session.unsubscribe("crew"));
        assertThrows(InvalidDestinationException.class, () -> session.unsubscribe(""));
    }

    /** 4.2.4: letters, digits, underscore, dot and minus, up to 128 characters. */
    @OverEachUri
    void namesMayHave128Characters(Provider provider) throws Exception {
        Session session = provider.startedAs("me").createSession();
        Topic topic = session.createTopic("news");
        String name = ("aZ09_.-\u00e9\u4e2d" + "x".repeat(128)).substring(0, 128);
        MessageConsumer shared = session.createSharedConsumer(topic, name);
        MessageConsumer durable = session.createSharedDurableConsumer(topic, name);
        MessageConsumer unshared = session.createDurableConsumer(topic, name.substring(1));
        sendNumbers(session, topic, 1, 1);
        for (MessageConsumer consumer : List.of(shared, durable, unshared)) {
            Texts.expect(consumer, "1");
            consumer.close();
        }
        session.unsubscribe(name);
        session.unsubscribe(name.substring(1));
        assertThrows(JMSException.class, () -> session.createSharedConsumer(topic, ""));
        assertThrows(
                JMSException.class,
                () -> session.createSharedDurableConsumer(topic, "x".repeat(1_025)));
    }

    /** 4.2.7: a temporary topic can be shared by the sessions of its connection. */
    @OverEachUri
    void temporaryTopicsAreSharedWithinTheirConnection(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Topic topic = session.createTemporaryTopic();
        MessageConsumer a = session.createSharedConsumer(topic, "team");
        MessageConsumer b = connection.createSession().createSharedConsumer(topic, "team");
        Session stranger = provider.started().createSession();
        assertThrows(
                InvalidDestinationException.class,
                () -> stranger.createSharedConsumer(topic, "team"));
        assertThrows(JMSException.class, () -> session.createSharedConsumer(topic, "team", "n=1"));
        assertThrows(
                InvalidDestinationException.class,
                () -> session.createSharedDurableConsumer(topic, "team"));
        sendNumbers(stranger, topic, 1, 6);
        assertEquals(numbers(1, 6), receiveAll(a, b));
    }

    /** 2.8; Table 9-1: a QueueSession has no topics. */
    @OverEachUri
    void otherInterfaces(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Topic topic = context.createTopic("news");
        JMSConsumer shared = context.createSharedConsumer(topic, "team");
        JMSConsumer durable = context.createSharedDurableConsumer(topic, "team", "TRUE");
        context.createProducer().send(topic, "a");
        assertEquals("a", shared.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        assertEquals("a", durable.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        assertEquals("TRUE", durable.getMessageSelector());
        assertThrows(
                JMSRuntimeException.class,
                () -> context.createSharedDurableConsumer(topic, "team"));
        assertThrows(JMSRuntimeException.class, () -> context.unsubscribe("team"));
        durable.close();
        context.unsubscribe("team");
        Session session = provider.connect().createSession();
        Queue queue = session.createQueue("work");
        assertThrows(
                InvalidDestinationException.class,
                () -> session.createSharedConsumer((Topic) null, "team"));
        assertEquals("work", queue.getQueueName());
        try (var queues = provider.factory().createQueueConnection()) {
            Session only = queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThrows(
                    IllegalStateException.class, () -> only.createSharedConsumer(topic, "team"));
        }
    }
}
