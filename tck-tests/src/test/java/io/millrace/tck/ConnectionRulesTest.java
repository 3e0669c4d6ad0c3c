package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Connections and what belongs to them: Jakarta Messaging 3.1, 2.14, 6.1 and 6.2. */
class ConnectionRulesTest {

    /** 2.14: destinations, factories and connections support concurrent use. */
    @OverEachUri
    void factoriesConnectionsAndDestinationsAreForManyThreads(Provider provider) throws Exception {
        MillraceConnectionFactory factory = provider.factory();
        Connection shared = provider.started();
        Queue queue = shared.createSession().createQueue("work");
        List<Background<Boolean>> threads = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            threads.add(
                    Background.run(
                            () -> {
                                for (int number = 0; number < 10; number++) {
                                    try (Connection own = factory.createConnection();
                                            Session session = own.createSession();
                                            Session other = shared.createSession()) {
                                        Texts.send(session, queue, "own");
                                        Texts.send(other, queue, "shared");
                                        shared.start();
                                        assertEquals("3.1", shared.getMetaData().getJMSVersion());
                                    }
                                }
                            }));
        }
        for (Background<Boolean> each : threads) {
            each.result();
        }
        MessageConsumer consumer = shared.createSession().createConsumer(queue);
        List<String> arrived = Texts.receive(consumer, 80);
        assertEquals(40, arrived.stream().filter("own"::equals).count());
        assertNull(consumer.receiveNoWait());
    }

    /** 6.1.4: "A connection may be used to send messages irrespective of whether it is started". */
    @OverEachUri
    void sendingNeedsNoStart(Provider provider) throws Exception {
        Connection stopped = provider.connect();
        Session session = stopped.createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "never started");
        stopped.start();
        stopped.stop();
        Texts.send(session, queue, "stopped");
        MessageConsumer consumer = provider.started().createSession().createConsumer(queue);
        assertEquals(List.of("never started", "stopped"), Texts.receive(consumer, 2));
    }

    /** 6.2.4: "Messages may be sent using any session, not just the session used to create". */
    @OverEachUri
    void messagesAreSentByAnySession(Provider provider) throws Exception {
        Session maker = provider.connect().createSession();
        Message message = maker.createTextMessage("made elsewhere");
        Session sender = provider.started().createSession();
        Queue queue = sender.createQueue("work");
        maker.close();
        sender.createProducer(queue).send(message);
        Message arrived = Texts.expect(sender.createConsumer(queue), "made elsewhere");
        JMSContext context = provider.context(JMSContext.AUTO_ACKNOWLEDGE);
        context.createProducer().send(queue, arrived);
        Texts.expect(sender.createConsumer(queue), "made elsewhere");
    }

    /** 6.2.2: "any of the connection's sessions are allowed to create a consumer for them". */
    @OverEachUri
    void eachSessionConsumesFromTheConnectionsTemporaryQueue(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session maker = connection.createSession();
        TemporaryQueue queue = maker.createTemporaryQueue();
        maker.close();
        Session other = connection.createSession();
        MessageConsumer consumer = other.createConsumer(queue);
        Texts.send(provider.connect().createSession(), queue, "reply");
        Texts.expect(consumer, "reply");
        consumer.close();
        queue.delete();
    }

    /** 6.1.7: what a call throws "must not be delivered to an ExceptionListener". */
    @OverEachUri
    void whatACallThrowsIsNotReported(Provider provider) throws Exception {
        Connection connection = provider.connect();
        List<JMSException> heard = new CopyOnWriteArrayList<>();
        connection.setExceptionListener(heard::add);
        connection.start();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        assertThrows(JMSException.class, () -> session.createConsumer(queue, "="));
        assertThrows(JMSException.class, () -> session.unsubscribe("nothing"));
        assertThrows(JMSException.class, () -> connection.setClientID("late"));
        TemporaryQueue gone = session.createTemporaryQueue();
        gone.delete();
        assertThrows(
                JMSException.class,
                () -> session.createProducer(gone).send(session.createMessage()));
        connection.close();
        assertEquals(List.of(), heard);
        assertThrows(IllegalStateException.class, () -> connection.setExceptionListener(null));
    }

    /** 6.1.8: a listener that a close waits for may call what it likes; this is refused at once. */
    @OverEachUri
    void closeWaitsForAListenerThatSetsAClientId(Provider provider) throws Exception {
        Connection connection = provider.started();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        session.createConsumer(queue)
                .setMessageListener(
                        message -> {
                            entered.countDown();
                            try {
                                go.await();
                                connection.setClientID("late");
                                outcome.complete("set");
                            } catch (JMSException | InterruptedException e) {
                                outcome.complete(e.getClass().getSimpleName());
                            }
                        });
        Texts.send(provider.connect().createSession(), queue, "one");
        assertTrue(entered.await(Texts.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        Background<Boolean> closing = Background.run(connection::close);
        closing.awaitBlocked();
        go.countDown();
        closing.result();
        assertEquals("IllegalStateException", outcome.getNow("still waits"));
    }

    /** 6.1.8: all that can be closed is AutoCloseable, in each API; a second close is silent. */
    @OverEachUri
    void whatIsOpenedInTryIsClosedAfterIt(Provider provider) throws Exception {
        Connection connection = provider.factory().createConnection();
        Session session = connection.createSession();
        Queue queue = session.createQueue("work");
        MessageProducer producer = session.createProducer(queue);
        MessageConsumer consumer = session.createConsumer(queue);
        QueueBrowser browser = session.createBrowser(queue);
        try (connection;
                session;
                producer;
                consumer;
                browser) {
            connection.start();
            Texts.send(session, queue, "one");
        }
        assertThrows(IllegalStateException.class, browser::getEnumeration);
        assertThrows(IllegalStateException.class, consumer::receiveNoWait);
        assertThrows(IllegalStateException.class, producer::getPriority);
        assertThrows(IllegalStateException.class, session::createMessage);
        assertThrows(IllegalStateException.class, connection::createSession);
        JMSContext context = provider.factory().createContext();
        JMSConsumer receiver = context.createConsumer(queue);
        try (context;
                receiver) {
            assertEquals("one", receiver.receiveBody(String.class, Texts.PATIENCE_MILLIS));
        }
        assertThrows(IllegalStateRuntimeException.class, context::createMessage);
        assertThrows(IllegalStateRuntimeException.class, receiver::receiveNoWait);
        for (AutoCloseable each :
                List.of(connection, session, producer, consumer, browser, context, receiver)) {
            each.close();
        }
    }

    /** 6.1.8: close may come from any thread, and from several at once. */
    @OverEachUri
    void severalThreadsCloseTheSameConnection(Provider provider) throws Exception {
        Connection connection = provider.factory().createConnection();
        connection.start();
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("work"));
        Background<Message> waiting = Background.<Message>call(() -> consumer.receive(0));
        waiting.awaitBlocked();
        List<Background<Boolean>> closing =
                List.of(
                        Background.run(connection::close),
                        Background.run(session::close),
                        Background.run(consumer::close),
                        Background.run(connection::close));
        for (Background<Boolean> each : closing) {
            each.result();
        }
        assertNull(waiting.result());
        assertThrows(IllegalStateException.class, connection::start);
    }

    /** 2.8 and 7.2, 8.2 by the legacy names of the point-to-point domain. */
    @OverEachUri
    void sendersAndReceiversOfTheLegacyApi(Provider provider) throws Exception {
        try (QueueConnection connection = provider.factory().createQueueConnection()) {
            connection.start();
            QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            Queue queue = session.createQueue("work");
            QueueSender bound = session.createSender(queue);
            QueueSender unbound = session.createSender(null);
            assertEquals(queue, bound.getQueue());
            bound.send(session.createTextMessage("one"));
            bound.send(session.createTextMessage("two"), 1, 5, 0);
            unbound.send(queue, session.createTextMessage("three"));
            Message selected = session.createTextMessage("four");
            selected.setIntProperty("number", 4);
            unbound.send(queue, selected, 2, 4, 0);
            QueueReceiver chooser = session.createReceiver(queue, "number = 4");
            assertEquals("number = 4", chooser.getMessageSelector());
            Texts.expect(chooser, "four");
            chooser.close();
            QueueReceiver receiver = session.createReceiver(queue);
            assertEquals(
                    List.of("one", "three", "two"),
                    Texts.receive(receiver, 3).stream().sorted().toList());
        }
    }
}
