package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Messages that are larger than a frame, or than what a program wants in its memory. */
class LargeMessagesTest {

    private static final int WAIT_MILLIS = 20_000;
    private static final int LARGE = 20 << 20;
    private static final int MIDDLING = (1 << 20) + 17;

    @OverEachUri
    void everyKindOfBodyArrivesWhole(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("large");
        MessageProducer producer = session.createProducer(queue);
        byte[] content = content(LARGE);
        String text = "ä€x".repeat(1 << 20);

        producer.send(bytes(session, content));
        TextMessage texts = session.createTextMessage(text);
        producer.send(texts);
        MapMessage map = session.createMapMessage();
        map.setBytes("a", content);
        map.setInt("b", 5);
        producer.send(map);
        StreamMessage stream = session.createStreamMessage();
        stream.writeBytes(content);
        stream.writeString("end");
        producer.send(stream);
        ObjectMessage object = session.createObjectMessage(text);
        producer.send(object);

        MessageConsumer consumer = session.createConsumer(queue);
        assertArrayEquals(content, consumer.receive(WAIT_MILLIS).getBody(byte[].class));
        assertEquals(text, consumer.receive(WAIT_MILLIS).getBody(String.class));
        MapMessage gotMap = (MapMessage) consumer.receive(WAIT_MILLIS);
        assertArrayEquals(content, gotMap.getBytes("a"));
        assertEquals(5, gotMap.getInt("b"));
        StreamMessage gotStream = (StreamMessage) consumer.receive(WAIT_MILLIS);
        byte[] read = new byte[LARGE];
        assertEquals(LARGE, gotStream.readBytes(read));
        assertEquals(-1, gotStream.readBytes(new byte[1]));
        assertArrayEquals(content, read);
        assertEquals("end", gotStream.readString());
        assertEquals(text, ((ObjectMessage) consumer.receive(WAIT_MILLIS)).getObject());
    }

    @OverEachUri
    void aBodyIsReadAsAStreamOfValues(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("values");
        BytesMessage sent = session.createBytesMessage();
        sent.writeInt(7);
        sent.writeBytes(new byte[6 << 20]);
        sent.writeUTF("ä middle");
        sent.writeBytes(new byte[70_000]);
        sent.writeLong(Long.MIN_VALUE);
        session.createProducer(queue).send(sent);
        BytesMessage got = (BytesMessage) session.createConsumer(queue).receive(WAIT_MILLIS);
        for (int time = 0; time < 2; time++) {
            assertEquals(7, got.readInt());
            byte[] some = new byte[6 << 20];
            assertEquals(some.length, got.readBytes(some));
            assertEquals("ä middle", got.readUTF());
            for (int left = 70_000; left > 0; left--) {
                assertEquals(0, got.readByte());
            }
            assertEquals(Long.MIN_VALUE, got.readLong());
            assertEquals(-1, got.readBytes(new byte[1]));
            got.reset();
        }
    }

    @OverEachUri
    void streamsGoInAndOut(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("streams");
        MessageProducer producer = session.createProducer(queue);
        byte[] content = content(LARGE);
        BytesMessage sent = session.createBytesMessage();
        sent.setObjectProperty("JMS_Millrace_InputStream", new ByteArrayInputStream(content));
        sent.setStringProperty("name", "one");
        producer.send(sent);
        // The message has the body now: it can be sent again.
        producer.send(sent);
        BytesMessage small = session.createBytesMessage();
        small.setObjectProperty("JMS_Millrace_InputStream", new ByteArrayInputStream(new byte[3]));
        producer.send(small);

        MessageConsumer consumer = session.createConsumer(queue);
        for (int time = 0; time < 2; time++) {
            BytesMessage got = (BytesMessage) consumer.receive(WAIT_MILLIS);
            assertEquals("one", got.getStringProperty("name"));
            assertEquals(LARGE, got.getBodyLength());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            got.setObjectProperty("JMS_Millrace_OutputStream", out);
            assertArrayEquals(content, out.toByteArray());
        }
        assertArrayEquals(new byte[3], consumer.receive(WAIT_MILLIS).getBody(byte[].class));
        assertThrows(
                MessageFormatException.class,
                () -> sent.setObjectProperty("JMS_Millrace_InputStream", "no stream"));
    }

    @OverEachUri
    void aStreamThatFailsSendsNothingNowAndLater(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("broken");
        MessageProducer producer = session.createProducer(queue);
        BytesMessage message = session.createBytesMessage();
        message.setObjectProperty(
                "JMS_Millrace_InputStream",
                new InputStream() {
                    private int left = LARGE;

                    @Override
                    public int read() throws IOException {
                        if (left == 0) {
                            throw new IOException("torn");
                        }
                        left--;
                        return 1;
                    }
                });
        assertThrows(JMSException.class, () -> producer.send(message));
        // What is left of the stream is not the body.
        assertThrows(JMSException.class, () -> producer.send(message));
        assertNull(session.createConsumer(queue).receiveNoWait());
    }

    @OverEachUri
    void bothSubscriptionsAndABrowserSeeIt(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Topic topic = session.createTopic("news");
        byte[] content = content(MIDDLING);
        MessageConsumer first = session.createConsumer(topic);
        MessageConsumer second = session.createSharedConsumer(topic, "shared");
        MessageConsumer selecting = session.createConsumer(topic, "colour = 'blue'");
        BytesMessage message = bytes(session, content);
        message.setStringProperty("colour", "red");
        session.createProducer(topic).send(message);
        assertArrayEquals(content, first.receive(WAIT_MILLIS).getBody(byte[].class));
        assertArrayEquals(content, second.receive(WAIT_MILLIS).getBody(byte[].class));
        assertNull(selecting.receiveNoWait());

        Queue queue = session.createQueue("browsed");
        session.createProducer(queue).send(bytes(session, content));
        try (QueueBrowser browser = session.createBrowser(queue)) {
            var all = browser.getEnumeration();
            assertArrayEquals(content, ((Message) all.nextElement()).getBody(byte[].class));
            assertTrue(!all.hasMoreElements(), "its parts are no messages");
        }
        assertNotNull(session.createConsumer(queue).receive(WAIT_MILLIS));
    }

    @OverEachUri
    void itComesAgainAndBecomesADeadLetterWhole(Provider provider) throws Exception {
        Session session = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Queue queue = session.createQueue("again");
        byte[] content = content(MIDDLING);
        session.createProducer(queue).send(bytes(session, content));
        MessageConsumer consumer = session.createConsumer(queue);
        for (int time = 1; time <= 10; time++) {
            Message message = consumer.receive(WAIT_MILLIS);
            assertEquals(time, message.getIntProperty("JMSXDeliveryCount"));
            assertArrayEquals(content, message.getBody(byte[].class));
            session.recover();
        }
        Message dead = session.createConsumer(session.createQueue("DLQ")).receive(WAIT_MILLIS);
        assertArrayEquals(content, dead.getBody(byte[].class));
        assertEquals("again", dead.getStringProperty("JMS_Millrace_Origin"));
        dead.acknowledge();
        // It can still be read: it was fetched before.
        ((BytesMessage) dead).reset();
        assertEquals(MIDDLING, ((BytesMessage) dead).getBodyLength());
    }

    @OverEachUri
    void transactionsAndAsynchronousSendsHaveThem(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        Queue queue = session.createQueue("transacted");
        MessageProducer producer = session.createProducer(queue);
        byte[] content = content(MIDDLING);
        producer.send(bytes(session, new byte[MIDDLING]));
        session.rollback();
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(bytes(session, content));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        producer.send(bytes(session, content));
        session.commit();
        Session other = connection.createSession();
        SendListener completed = new SendListener(message -> {});
        other.createProducer(queue).send(bytes(other, content), completed);
        completed.awaitReturned(1);
        assertEquals(List.of(), completed.failures);
        MessageConsumer consumer = session.createConsumer(queue);
        for (int count = 0; count < 3; count++) {
            assertArrayEquals(content, consumer.receive(WAIT_MILLIS).getBody(byte[].class));
        }
        session.rollback();
        for (int count = 0; count < 3; count++) {
            Message again = consumer.receive(WAIT_MILLIS);
            assertTrue(again.getJMSRedelivered());
            assertArrayEquals(content, again.getBody(byte[].class));
        }
        session.commit();
        assertNull(consumer.receiveNoWait());
    }

    @OverEachUri
    void aReceivedOneIsSentOn(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("from");
        byte[] content = content(LARGE);
        session.createProducer(queue).send(bytes(session, content));
        Message message = session.createConsumer(queue).receive(WAIT_MILLIS);
        session.createProducer(session.createQueue("to")).send(message);
        Message got = session.createConsumer(session.createQueue("to")).receive(WAIT_MILLIS);
        assertArrayEquals(content, got.getBody(byte[].class));
    }

    @OverEachUri
    void listenersGetThem(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("listened");
        byte[] content = content(MIDDLING);
        CompletableFuture<byte[]> heard = new CompletableFuture<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            try {
                                heard.complete(message.getBody(byte[].class));
                            } catch (JMSException e) {
                                heard.completeExceptionally(e);
                            }
                        });
        Session sending = provider.started().createSession();
        sending.createProducer(queue).send(bytes(sending, content));
        await().until(heard::isDone);
        assertArrayEquals(content, heard.join());
    }

    /** Jakarta Messaging 3.1, 3.4.9: the time to live begins when all of it is there. */
    @OverEachUri
    void theUploadIsNoPartOfTheTimeToLive(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("slow");
        MessageProducer producer = session.createProducer(queue);
        producer.setTimeToLive(60_000);
        long[] streamEnded = new long[1];
        BytesMessage message = session.createBytesMessage();
        message.setObjectProperty(
                "JMS_Millrace_InputStream",
                new ByteArrayInputStream(content(MIDDLING)) {
                    @Override
                    public synchronized int read(byte[] to, int at, int count) {
                        long begun = System.currentTimeMillis();
                        await().until(() -> System.currentTimeMillis() > begun + 20);
                        streamEnded[0] = System.currentTimeMillis();
                        return super.read(to, at, count);
                    }
                });
        producer.send(message);
        assertTrue(message.getJMSTimestamp() >= streamEnded[0], "sent before it was read");
        assertEquals(message.getJMSTimestamp() + 60_000, message.getJMSExpiration());
        Message got = session.createConsumer(queue).receive(WAIT_MILLIS);
        assertEquals(message.getJMSExpiration(), got.getJMSExpiration());
    }

    static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    static BytesMessage bytes(Session session, byte[] content) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(content);
        return message;
    }
}
