package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads that are interrupted while they send: an embedded broker may do its work in them, disk
 * and all.
 */
class InterruptedSendersTest {

    private static final int SENDERS = 3;
    private static final int MESSAGES = 300;

    /** Sends, and interrupts itself at times as somebody else might at any. */
    private static final class Sender {

        private final Session session;
        private final Queue queue;
        private final AtomicInteger interrupts = new AtomicInteger();

        /** Guarded by this: nobody interrupts a thread that is not the sender's any more. */
        private @Nullable Thread thread;

        Sender(Session session, Queue queue) {
            this.session = session;
            this.queue = queue;
        }

        void sendAll() throws JMSException {
            synchronized (this) {
                thread = Thread.currentThread();
            }
            MessageProducer producer = session.createProducer(queue);
            for (int number = 0; number < MESSAGES; number++) {
                if (number % 10 == 0) {
                    Thread.currentThread().interrupt();
                }
                producer.send(session.createTextMessage("m" + number));
                if (Thread.interrupted()) {
                    interrupts.incrementAndGet();
                }
            }
            synchronized (this) {
                thread = null;
            }
        }

        synchronized void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    @OverEachUri
    void nothingIsLostAndTheyHearOfIt(Provider provider) throws Exception {
        Connection connection = provider.started();
        List<Sender> senders = new ArrayList<>();
        List<Background<Boolean>> running = new ArrayList<>();
        for (int index = 0; index < SENDERS; index++) {
            Session session = connection.createSession();
            Sender sender = new Sender(session, session.createQueue("interrupted" + index));
            senders.add(sender);
            running.add(Background.run(sender::sendAll));
        }

        while (running.stream().anyMatch(each -> !each.isDone())) {
            senders.forEach(Sender::interrupt);
        }

        Session reader = connection.createSession();
        for (int index = 0; index < SENDERS; index++) {
            running.get(index).result();
            assertTrue(senders.get(index).interrupts.get() > 0, "interrupts were swallowed");
            MessageConsumer consumer =
                    reader.createConsumer(reader.createQueue("interrupted" + index));
            for (int number = 0; number < MESSAGES; number++) {
                Texts.expect(consumer, "m" + number);
            }
            assertEquals(null, consumer.receiveNoWait());
        }
    }
}
