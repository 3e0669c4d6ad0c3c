package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Main;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What an application gets of a log that was damaged and repaired: everything but what is lost. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RepairedLogTest {

    private static final int MESSAGES = 30;
    private static final int LARGE = 2 << 20;

    @TempDir Path directory = Path.of("");

    private Path data() {
        return directory.resolve("data");
    }

    private Connection start() throws JMSException {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory("millrace:file:" + data());
        Connection connection = factory.createConnection();
        connection.setClientID("client");
        connection.start();
        return connection;
    }

    private int millrace(String... arguments) {
        return new CommandLine(new Main()).execute(arguments);
    }

    private static String text(String what, int number) {
        return what + " number " + number + ".";
    }

    /** Flips a bit in the only place of the log where a text stands. */
    private void damage(String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        List<Path> segments;
        try (Stream<Path> files = Files.list(data().resolve("partition-1"))) {
            segments = files.filter(file -> file.toString().endsWith(".segment")).toList();
        }
        int found = 0;
        for (Path segment : segments) {
            String bytes = Files.readString(segment, StandardCharsets.ISO_8859_1);
            int at = bytes.indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
            if (at >= 0) {
                found++;
                try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                    file.seek(at);
                    file.write(wanted[0] ^ 1);
                }
            }
        }
        assertEquals(1, found, text);
    }

    @Test
    void everythingThatIsIntactArrivesOnce() throws Exception {
        try (Connection connection = start()) {
            Session session = connection.createSession();
            Queue work = session.createQueue("work");
            Topic news = session.createTopic("news");
            session.createDurableConsumer(news, "reader");
            for (int number = 0; number < MESSAGES; number++) {
                Texts.send(session, work, text("work", number));
                Texts.send(session, news, text("news", number));
            }
        }
        damage(text("work", 12));
        damage(text("news", 20));
        assertThrows(JMSException.class, this::start);

        assertEquals(1, millrace("log", "verify", data().toString()));
        assertEquals(0, millrace("log", "repair", data().toString(), "--apply", "--accept-loss"));
        assertEquals(0, millrace("log", "verify", data().toString()));

        try (Connection connection = start()) {
            Session session = connection.createSession();
            Queue work = session.createQueue("work");
            Topic news = session.createTopic("news");
            Texts.send(session, work, text("work", MESSAGES));
            Texts.send(session, news, text("news", MESSAGES));
            MessageConsumer worker = session.createConsumer(work);
            MessageConsumer reader = session.createDurableConsumer(news, "reader");
            expectAllBut(12, "work", worker);
            expectAllBut(20, "news", reader);
        }
        try (Stream<Path> files = Files.list(data())) {
            assertTrue(
                    files.anyMatch(file -> file.toString().contains("partition-1.before-repair-")));
        }
    }

    @Test
    void nonPersistentMessagesOfACleanStopAreKept() throws Exception {
        try (Connection connection = start()) {
            Session session = connection.createSession();
            MessageProducer ticker = session.createProducer(session.createQueue("ticks"));
            ticker.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            for (int number = 0; number < MESSAGES; number++) {
                ticker.send(session.createTextMessage(text("tick", number)));
            }
            for (int number = 0; number < MESSAGES; number++) {
                Texts.send(session, session.createQueue("work"), text("work", number));
            }
        }
        damage(text("work", 12));

        assertEquals(0, millrace("log", "repair", data().toString(), "--apply", "--accept-loss"));

        try (Connection connection = start()) {
            Session session = connection.createSession();
            Texts.send(session, session.createQueue("work"), text("work", MESSAGES));
            expectAllBut(12, "work", session.createConsumer(session.createQueue("work")));
            MessageConsumer ticks = session.createConsumer(session.createQueue("ticks"));
            for (int number = 0; number < MESSAGES; number++) {
                Texts.assertFirst(Texts.expect(ticks, text("tick", number)));
            }
            assertNull(ticks.receiveNoWait());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "body", "both"})
    void aLargeMessageThatLostSomeOfItselfGoesAsAWhole(String lost) throws Exception {
        String head;
        String part;
        try (Connection connection = start()) {
            Session session = connection.createSession();
            Topic news = session.createTopic("news");
            session.createDurableConsumer(news, "reader");
            session.createDurableConsumer(news, "other");
            for (Destination to : List.of(session.createQueue("work"), news)) {
                for (int number = 0; number < 3; number++) {
                    BytesMessage large = session.createBytesMessage();
                    large.setStringProperty("text", text("head of " + to, number));
                    byte[] body = new byte[LARGE];
                    byte[] mark = text("part of " + to, number).getBytes(StandardCharsets.UTF_8);
                    System.arraycopy(mark, 0, body, LARGE / 2, mark.length);
                    large.writeBytes(body);
                    session.createProducer(to).send(large);
                }
            }
            head = text("head of " + session.createQueue("work"), 1);
            part = text("part of " + news, 1);
        }
        if (!lost.equals("body")) {
            damage(head);
        }
        if (!lost.equals("head")) {
            damage(part);
        }
        if (lost.equals("both")) {
            damage(part.replace(text("", 1), text("", 2)));
            damage(head.replace("head", "part"));
        }

        assertEquals(0, millrace("log", "repair", data().toString(), "--apply", "--accept-loss"));
        assertEquals(0, millrace("log", "verify", data().toString()));

        try (Connection connection = start()) {
            Session session = connection.createSession();
            Topic news = session.createTopic("news");
            int lostNews = lost.equals("head") ? 0 : lost.equals("body") ? 1 : 2;
            expectLarge(
                    lost.equals("body") ? 3 : 2,
                    session.createConsumer(session.createQueue("work")));
            expectLarge(3 - lostNews, session.createDurableConsumer(news, "reader"));
            expectLarge(3 - lostNews, session.createDurableConsumer(news, "other"));
        }
    }

    private static void expectLarge(int count, MessageConsumer consumer) throws JMSException {
        for (int left = count; left > 0; left--) {
            assertEquals(LARGE, consumer.receive(20_000).getBody(byte[].class).length);
        }
        assertNull(consumer.receiveNoWait());
    }

    private static void expectAllBut(int lost, String what, MessageConsumer consumer)
            throws JMSException {
        for (int number = 0; number <= MESSAGES; number++) {
            if (number != lost) {
                Texts.assertFirst(Texts.expect(consumer, text(what, number)));
            }
        }
        assertNull(consumer.receiveNoWait());
    }
}
