package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.jms.jndi.MillraceInitialContextFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.InitialContext;

/** An application that knows the provider by names only: Jakarta Messaging 3.1, chapter 5. */
@SuppressWarnings("BanJNDI") // JNDI is what is tested.
class NamesTest {

    private static Context names(Provider provider) throws Exception {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(
                Context.INITIAL_CONTEXT_FACTORY, MillraceInitialContextFactory.class.getName());
        environment.put("connectionfactory.jms/broker", provider.factory().getUri());
        environment.put("queue.jms/work", "eu.work");
        environment.put("topic.jms/news", "eu.news");
        return new InitialContext(environment);
    }

    @OverEachUri
    void classicAndSimplifiedApi(Provider provider) throws Exception {
        Context names = names(provider);
        ConnectionFactory factory = (ConnectionFactory) names.lookup("jms/broker");
        Queue queue = (Queue) names.lookup("jms/work");
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(queue, "by name");
            Queue physical = (Queue) names.lookup("dynamicQueues/eu.work");
            assertEquals(
                    "by name",
                    context.createConsumer(physical)
                            .receiveBody(String.class, Texts.PATIENCE_MILLIS));
        }
    }

    @OverEachUri
    void domainSpecificApi(Provider provider) throws Exception {
        Context names = names(provider);
        QueueConnectionFactory queues = (QueueConnectionFactory) names.lookup("jms/broker");
        Queue queue = (Queue) names.lookup("jms/work");
        try (QueueConnection connection = queues.createQueueConnection()) {
            connection.start();
            QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            session.createSender(queue).send(session.createTextMessage("queued"));
            QueueReceiver receiver = session.createReceiver(queue);
            assertEquals(queue, receiver.getQueue());
            Texts.expect(receiver, "queued");
        }
        TopicConnectionFactory topics = (TopicConnectionFactory) names.lookup("jms/broker");
        Topic topic = (Topic) names.lookup("jms/news");
        try (TopicConnection connection = topics.createTopicConnection()) {
            connection.start();
            TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            TopicSubscriber subscriber = session.createSubscriber(topic);
            session.createPublisher(topic).publish(session.createTextMessage("published"));
            assertEquals(topic, subscriber.getTopic());
            Texts.expect(subscriber, "published");
        }
    }
}
