package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The ways to send asynchronously, by API: Jakarta Messaging 3.1, 7.3. */
class AsyncSendApisTest {

    /** 7.3: each way to send of the simplified API is asynchronous with a listener. */
    @OverEachUri
    void simplifiedApiSendsEachBodyAsynchronously(Provider provider) throws Exception {
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        Queue queue = context.createQueue("work");
        List<@Nullable String> ids = new CopyOnWriteArrayList<>();
        SendListener listener = new SendListener(message -> ids.add(message.getJMSMessageID()));
        JMSProducer producer = context.createProducer().setAsync(listener);
        producer.send(queue, "text")
                .send(queue, Map.of("a", 1))
                .send(queue, new byte[] {1})
                .send(queue, 5L)
                .send(queue, context.createMessage());
        listener.awaitReturned(5);
        assertEquals(List.of(), listener.failures);
        var consumer = context.createConsumer(queue);
        List<@Nullable String> arrived = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            arrived.add(consumer.receive(Texts.PATIENCE_MILLIS).getJMSMessageID());
        }
        assertEquals(arrived, ids);
    }

    /** 7.3: publishers and senders inherit it. */
    @OverEachUri
    void publishersSendAsynchronously(Provider provider) throws Exception {
        try (TopicConnection connection = provider.factory().createTopicConnection()) {
            connection.start();
            TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            var topic = session.createTopic("news");
            TopicSubscriber subscriber = session.createSubscriber(topic);
            SendListener listener = new SendListener(message -> {});
            TopicPublisher bound = session.createPublisher(topic);
            TopicPublisher unbound = session.createPublisher(null);
            bound.send(session.createTextMessage("one"), listener);
            bound.send(session.createTextMessage("two"), DeliveryMode.PERSISTENT, 4, 0, listener);
            unbound.send(topic, session.createTextMessage("three"), listener);
            unbound.send(
                    topic,
                    session.createTextMessage("four"),
                    DeliveryMode.PERSISTENT,
                    4,
                    0,
                    listener);
            assertEquals(List.of("one", "two", "three", "four"), Texts.receive(subscriber, 4));
            listener.awaitReturned(4);
            assertEquals(List.of(), listener.failures);
        }
    }
}
