package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jakarta Messaging 3.1, 4.2.7 and 6.2.2: temporary topics, and what temporary ones leave behind.
 */
class TemporaryTopicTest {

    /** 4.2.7: its "messages may be consumed only by the connection that created it". */
    @OverEachUri
    void onlyTheOwnConnectionSubscribes(Provider provider) throws Exception {
        Connection owner = provider.startedAs("owner");
        TemporaryTopic topic = owner.createSession().createTemporaryTopic();
        Session stranger = provider.started().createSession();
        assertThrows(InvalidDestinationException.class, () -> stranger.createConsumer(topic));
        // 6.2.2: "any of the connection's sessions are allowed".
        Session another = owner.createSession();
        MessageConsumer first = another.createConsumer(topic);
        MessageConsumer second = owner.createSession().createConsumer(topic);
        Texts.send(stranger, topic, "hello");
        Texts.expect(first, "hello");
        Texts.expect(second, "hello");
        // "it does not make sense to create a durable subscription to a temporary topic".
        assertThrows(
                InvalidDestinationException.class,
                () -> another.createDurableConsumer(topic, "archive"));
    }

    /** 6.2.2, 10.3: not while it is used; then it is no destination any more. */
    @OverEachUri
    void isGoneOnceItIsDeleted(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        TemporaryTopic topic = session.createTemporaryTopic();
        MessageConsumer consumer = session.createConsumer(topic);
        MessageProducer producer = session.createProducer(topic);
        assertThrows(JMSException.class, topic::delete);
        consumer.close();
        topic.delete();
        topic.delete();
        assertThrows(
                InvalidDestinationException.class,
                () -> producer.send(session.createTextMessage("too late")));
        assertThrows(InvalidDestinationException.class, () -> session.createConsumer(topic));
        Session other = provider.started().createSession();
        assertThrows(InvalidDestinationException.class, () -> Texts.send(other, topic, "late"));
    }

    /** 6.2.2: "automatically deleted … when their connection is closed", consumers or not. */
    @OverEachUri
    void endsWithItsConnection(Provider provider) throws Exception {
        Connection owner = provider.started();
        Session session = owner.createSession();
        TemporaryTopic topic = session.createTemporaryTopic();
        MessageConsumer consumer = session.createConsumer(topic);
        Session stranger = provider.started().createSession();
        Texts.send(stranger, topic, "in time");
        Texts.expect(consumer, "in time");
        owner.close();
        assertThrows(InvalidDestinationException.class, () -> Texts.send(stranger, topic, "late"));
    }

    /** Names only: the broker renames and deletes files at any time. */
    private static long segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("partition-1"))) {
            return files.filter(each -> each.toString().endsWith(".segment")).count();
        }
    }

    /** What nobody consumed of them does not keep the log. */
    @Test
    void theirSpaceIsFreed(@TempDir Path directory) throws Exception {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory(
                        "millrace:file:" + directory + "?broker.log.segment.bytes=1048576");
        long most = 0;
        for (int round = 0; round < 6; round++) {
            try (Connection connection = factory.createConnection()) {
                Session session = connection.createSession();
                TemporaryQueue queue = session.createTemporaryQueue();
                BytesMessage message = session.createBytesMessage();
                message.writeBytes(new byte[100_000]);
                MessageProducer producer = session.createProducer(queue);
                for (int sent = 0; sent < 40; sent++) {
                    producer.send(message);
                }
                most = Math.max(most, segments(directory));
                if (round % 2 == 0) {
                    queue.delete();
                }
            }
        }
        assertTrue(most >= 4, "each round must fill several segments, but there were " + most);
        assertTrue(most < 16, "six rounds of four segments, and all are there: " + most);
    }
}
