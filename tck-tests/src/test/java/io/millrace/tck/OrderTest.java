package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What a session sends to a destination is received in that order: Jakarta Messaging 3.1, 6.2.9.
 */
class OrderTest {

    private static final int MANY = 100;

    private static List<String> numbers(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(n -> prefix + n).toList();
    }

    /** 6.2.9.1: "messages sent by a session", whichever of its producers sends them. */
    @OverEachUri
    void producersOfASessionShareItsOrder(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        MessageProducer[] producers = {
            session.createProducer(queue),
            session.createProducer(queue),
            session.createProducer(null)
        };
        for (int number = 0; number < MANY; number++) {
            Message message = session.createTextMessage("" + number);
            MessageProducer producer = producers[number % 3];
            if (producer.getDestination() == null) {
                producer.send(queue, message);
            } else {
                producer.send(message);
            }
        }
        assertEquals(numbers("", MANY), Texts.receive(session.createConsumer(queue), MANY));
    }

    /** 6.2.9.2: order holds within a delivery mode. */
    @OverEachUri
    void eachDeliveryModeKeepsItsOrder(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        for (Destination to : List.of(session.createQueue("work"), session.createTopic("news"))) {
            MessageConsumer consumer = session.createConsumer(to);
            MessageProducer producer = session.createProducer(to);
            for (int number = 0; number < MANY; number++) {
                boolean persistent = number % 3 == 0;
                producer.send(
                        session.createTextMessage("" + number),
                        persistent ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT,
                        Message.DEFAULT_PRIORITY,
                        0);
            }
            var byMode = new TreeMap<Integer, List<Integer>>();
            for (int number = 0; number < MANY; number++) {
                Message arrived = Texts.receive(consumer);
                byMode.computeIfAbsent(arrived.getJMSDeliveryMode(), mode -> new ArrayList<>())
                        .add(Integer.valueOf(arrived.getBody(String.class)));
            }
            for (List<Integer> each : byMode.values()) {
                assertEquals(each.stream().sorted().toList(), each);
            }
            assertNull(consumer.receiveNoWait());
        }
    }

    /** 4.1.2, 6.2.9: sharing the queue or selecting from it, each consumer sees that order. */
    @OverEachUri
    void eachOfSeveralConsumersSeesTheOrder(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        List<MessageConsumer> consumers = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            consumers.add(provider.started().createSession().createConsumer(queue));
        }
        send(session, queue);
        List<List<Integer>> seen = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<Integer> all = new ArrayList<>();
        // In turn, so that each gets some of it.
        for (int turn = 0; all.size() < MANY; turn++) {
            Message next = consumers.get(turn % 3).receiveNoWait();
            if (next != null) {
                seen.get(turn % 3).add(next.getIntProperty("number"));
                all.add(next.getIntProperty("number"));
            }
        }
        for (List<Integer> own : seen) {
            assertEquals(own.stream().sorted().toList(), own);
            assertTrue(own.size() > 1, own::toString);
        }
        assertEquals(IntStream.range(0, MANY).boxed().toList(), all.stream().sorted().toList());
    }

    private static void send(Session session, Destination to) throws JMSException {
        MessageProducer producer = session.createProducer(to);
        for (int number = 0; number < MANY; number++) {
            Message message = session.createMessage();
            message.setIntProperty("number", number);
            producer.send(message);
        }
    }

    /** 6.2.9.1: two sessions send at the same time; the order of each is kept. */
    @OverEachUri
    void sessionsThatSendTogetherKeepEachTheirOrder(Provider provider) throws Exception {
        Session reader = provider.started().createSession();
        Queue queue = reader.createQueue("work");
        List<Background<Boolean>> senders = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            Session session = provider.connect().createSession();
            String[] texts = numbers(name, MANY).toArray(String[]::new);
            senders.add(Background.run(() -> Texts.send(session, queue, texts)));
        }
        List<String> arrived = Texts.receive(reader.createConsumer(queue), 3 * MANY);
        for (Background<Boolean> each : senders) {
            each.result();
        }
        for (String name : List.of("a", "b", "c")) {
            assertEquals(
                    numbers(name, MANY),
                    arrived.stream().filter(each -> each.startsWith(name)).toList());
        }
    }

    /** 6.2.9.2: the same for a durable subscription that reads what came while it was away. */
    @OverEachUri
    void aDurableSubscriptionKeepsTheOrder(Provider provider) throws Exception {
        Session session = provider.startedAs("reader").createSession();
        Topic topic = session.createTopic("news");
        session.createDurableConsumer(topic, "archive").close();
        Session sender = provider.connect().createSession();
        Texts.send(sender, topic, numbers("early ", MANY).toArray(String[]::new));
        MessageConsumer consumer = session.createDurableConsumer(topic, "archive");
        Texts.send(sender, topic, numbers("late ", MANY).toArray(String[]::new));
        List<String> expected = new ArrayList<>(numbers("early ", MANY));
        expected.addAll(numbers("late ", MANY));
        assertEquals(expected, Texts.receive(consumer, 2 * MANY));
    }
}
