package io.millrace.jms;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.TrafficFrame;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Producers over a real socket, with a broker that does what the test says. */
@Timeout(120)
class SendingTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Remembers what it heard. */
    private static final class Heard implements CompletionListener {

        final List<String> ids = new CopyOnWriteArrayList<>();
        final List<Exception> failures = new CopyOnWriteArrayList<>();
        final AtomicReference<Thread> thread = new AtomicReference<>();

        @Override
        public void onCompletion(Message message) {
            thread.set(Thread.currentThread());
            try {
                ids.add(message.getJMSMessageID());
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onException(Message message, Exception exception) {
            failures.add(exception);
        }
    }

    private interface Call {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> inBackground(Call call) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                call.run();
                                done.complete(null);
                            } catch (Exception e) {
                                done.completeExceptionally(e);
                            }
                        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static byte[] bytes(TrafficFrame.Send send) {
        int from = send.batch().offset();
        return Arrays.copyOfRange(send.batch().array(), from, from + send.batch().length());
    }

    @Test
    void waitsForTheConfirmationOfASynchronousSend() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("q"));
                    Message message = session.createTextMessage("one");
                    CompletableFuture<Void> sent = inBackground(() -> producer.send(message));
                    TrafficFrame.Send send = broker.next(TrafficFrame.Send.class);
                    assertFalse(sent.isDone());
                    broker.confirm(send);
                    sent.get(30, TimeUnit.SECONDS);
                    assertEquals(
                            "ID:" + send.batch().producerId() + ":1", message.getJMSMessageID());
                });
    }

    @Test
    void eachPartOfALargeBodyLeavesAlone() throws Exception {
        ScriptedBroker.play(
                "&send.batches.in.flight=1",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("q"));
                    var large = session.createBytesMessage();
                    large.writeBytes(new byte[1 << 20]);
                    CompletableFuture<Void> sent = inBackground(() -> producer.send(large));
                    for (int part = 0; part < 8; part++) {
                        TrafficFrame.Send send = broker.next(TrafficFrame.Send.class);
                        assertEquals(1, send.batch().count());
                        assertTrue(send.batch().bodies().isEmpty());
                        broker.confirm(send);
                    }
                    TrafficFrame.Send message = broker.next(TrafficFrame.Send.class);
                    assertEquals(8, message.batch().bodies().get(0).parts());
                    broker.confirm(message);
                    sent.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void tellsCompletionsInOrderWithTheirIdsAndNeverInTheSendingThread() throws Exception {
        ScriptedBroker.play(
                "&send.batches.in.flight=1",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("q"));
                    Heard heard = new Heard();
                    for (int index = 0; index < 4; index++) {
                        producer.send(session.createTextMessage("" + index), heard);
                    }
                    TrafficFrame.Send first = broker.next(TrafficFrame.Send.class);
                    assertEquals(1, first.batch().count());
                    broker.confirm(first);
                    TrafficFrame.Send second = broker.next(TrafficFrame.Send.class);
                    assertEquals(3, second.batch().count());
                    broker.confirm(second);
                    await().atMost(LIMIT).until(() -> heard.ids.size() == 4);
                    String prefix = "ID:" + first.batch().producerId() + ":";
                    assertEquals(
                            List.of(prefix + 1, prefix + 2, prefix + 3, prefix + 4), heard.ids);
                    assertNotEquals(Thread.currentThread(), heard.thread.get());
                });
    }

    @Test
    void closeWaitsForConfirmationsAndTheirListeners() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("q"));
                    Heard heard = new Heard();
                    producer.send(session.createTextMessage("one"), heard);
                    CompletableFuture<Void> closed = inBackground(session::close);
                    TrafficFrame.Send send = broker.next(TrafficFrame.Send.class);
                    assertFalse(closed.isDone());
                    broker.confirm(send);
                    closed.get(30, TimeUnit.SECONDS);
                    assertEquals(1, heard.ids.size());
                });
    }

    @Test
    void refusesToCloseFromACompletionListener() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("q"));
                    CompletableFuture<Exception> thrown = new CompletableFuture<>();
                    producer.send(
                            session.createMessage(),
                            new CompletionListener() {
                                @Override
                                public void onCompletion(Message message) {
                                    thrown.complete(
                                            assertThrows(JMSException.class, connection::close));
                                }

                                @Override
                                public void onException(Message message, Exception exception) {
                                    thrown.complete(exception);
                                }
                            });
                    broker.confirm(broker.next(TrafficFrame.Send.class));
                    assertInstanceOf(IllegalStateException.class, thrown.get(30, TimeUnit.SECONDS));
                });
    }

    @Test
    void repeatsWhatIsUnconfirmedOverANewLink() throws Exception {
        ScriptedBroker.play(
                "&clientId=me",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("q"));
                    CompletableFuture<Void> sent =
                            inBackground(() -> producer.send(session.createTextMessage("one")));
                    ControlFrame.Hello hello = broker.next(ControlFrame.Hello.class);
                    TrafficFrame.Send send = broker.next(TrafficFrame.Send.class);
                    broker.cut();
                    ControlFrame.Hello again = broker.next(ControlFrame.Hello.class);
                    assertEquals(hello.connectionId(), again.connectionId());
                    assertTrue(again.resuming());
                    assertEquals("me", broker.next(ControlFrame.ClaimClientId.class).clientId());
                    assertEquals(
                            send.batch().producerId(),
                            broker.next(TrafficFrame.OpenProducer.class).producerId());
                    TrafficFrame.Send repeated = broker.next(TrafficFrame.Send.class);
                    assertArrayEquals(bytes(send), bytes(repeated));
                    assertFalse(sent.isDone());
                    broker.confirm(repeated);
                    sent.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void turnsARefusalIntoTheExceptionOfTheSpecification() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("q"));
                    Heard heard = new Heard();
                    producer.send(session.createTextMessage("one"), heard);
                    TrafficFrame.Send send = broker.next(TrafficFrame.Send.class);
                    broker.send(
                            new BrokerFrame.SendRefused(
                                    send.handle(), 1, 1, ErrorCode.INVALID_DESTINATION, "gone", 0));
                    await().atMost(LIMIT).until(() -> heard.failures.size() == 1);
                    assertInstanceOf(InvalidDestinationException.class, heard.failures.get(0));
                });
    }

    @Test
    void givesUpWhenTheBrokerStaysAway() throws Exception {
        ScriptedBroker.play(
                "&reconnect.max.ms=200",
                (broker, connection) -> {
                    List<JMSException> reported = new CopyOnWriteArrayList<>();
                    connection.setExceptionListener(reported::add);
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("q"));
                    Heard heard = new Heard();
                    producer.send(session.createTextMessage("one"), heard);
                    broker.close();
                    await().atMost(LIMIT).until(() -> heard.failures.size() == 1);
                    assertTrue(
                            String.valueOf(heard.failures.get(0).getMessage())
                                    .contains("not known"));
                    assertThrows(JMSException.class, () -> producer.send(session.createMessage()));
                    assertThrows(JMSException.class, session::createTemporaryQueue);
                    assertThrows(
                            JMSException.class,
                            () -> session.createConsumer(session.createQueue("q")));
                    await().atMost(LIMIT).until(() -> reported.size() == 1);
                });
    }

    @Test
    void sendsALargeMessageBehindOthersInAFrameOfItsOwn() throws Exception {
        ScriptedBroker.play(
                "&send.batches.in.flight=1",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(session.createQueue("q"));
                    Heard heard = new Heard();
                    // Bodies of this size go ahead in parts; properties are in the message.
                    String large = "x".repeat(TrafficFrame.MAX_SEND_BYTES - 125);
                    Message message = session.createTextMessage("3");
                    message.setStringProperty("p", large);
                    producer.send(session.createTextMessage("1"), heard);
                    producer.send(session.createTextMessage("2"), heard);
                    producer.send(message, heard);
                    for (int index = 0; index < 3; index++) {
                        TrafficFrame.Send send = broker.next(TrafficFrame.Send.class);
                        assertEquals(1, send.batch().count());
                        broker.confirm(send);
                    }
                    await().atMost(LIMIT).until(() -> heard.ids.size() == 3);
                    message.setStringProperty("p", large + large);
                    assertThrows(JMSException.class, () -> producer.send(message));
                });
    }

    private static MessageProducer nonPersistent(Session session) throws JMSException {
        MessageProducer producer = session.createProducer(session.createQueue("q"));
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        return producer;
    }

    /** Jakarta Messaging 3.1, 3.4.2. */
    @Test
    void doesNotWaitForTheConfirmationOfANonPersistentMessage() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = nonPersistent(session);
                    producer.send(session.createTextMessage("one"));
                    TrafficFrame.Send send = broker.next(TrafficFrame.Send.class);
                    CompletableFuture<Void> closed = inBackground(session::close);
                    assertFalse(closed.isDone());
                    broker.confirm(send);
                    closed.get(30, TimeUnit.SECONDS);
                });
    }

    @Test
    void waitsForTheConfirmationOfANonPersistentMessageIfAsked() throws Exception {
        ScriptedBroker.play(
                "&nonPersistent=confirmed",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = nonPersistent(session);
                    Message message = session.createTextMessage("one");
                    CompletableFuture<Void> sent = inBackground(() -> producer.send(message));
                    TrafficFrame.Send send = broker.next(TrafficFrame.Send.class);
                    assertFalse(sent.isDone());
                    broker.send(refusal(send));
                    ExecutionException failed =
                            assertThrows(
                                    ExecutionException.class, () -> sent.get(30, TimeUnit.SECONDS));
                    assertInstanceOf(InvalidDestinationException.class, failed.getCause());
                });
    }

    private static BrokerFrame refusal(TrafficFrame.Send send) {
        return new BrokerFrame.SendRefused(
                send.handle(),
                send.batch().firstProducerSequence(),
                send.batch().lastProducerSequence(),
                ErrorCode.INVALID_DESTINATION,
                "Expected the queue to exist, but it was deleted",
                0);
    }

    @Test
    void tellsTheExceptionListenerOfARefusalThatNobodyWaitsFor() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    List<JMSException> heard = new CopyOnWriteArrayList<>();
                    connection.setExceptionListener(heard::add);
                    Session session = connection.createSession();
                    MessageProducer producer = nonPersistent(session);
                    producer.send(session.createTextMessage("one"));
                    broker.send(refusal(broker.next(TrafficFrame.Send.class)));
                    await().atMost(LIMIT).until(() -> !heard.isEmpty());
                    assertInstanceOf(InvalidDestinationException.class, heard.get(0));
                    // The connection goes on.
                    producer.send(session.createTextMessage("two"));
                    broker.confirm(broker.next(TrafficFrame.Send.class));
                    session.close();
                    assertEquals(1, heard.size());
                });
    }

    @Test
    void doesNotSendANonPersistentMessageAgainOverTheNextLink() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = nonPersistent(session);
                    Heard heard = new Heard();
                    producer.send(session.createTextMessage("one"), heard);
                    broker.next(TrafficFrame.Send.class);
                    broker.cut();
                    await().atMost(LIMIT).until(() -> !heard.failures.isEmpty());
                    producer.send(session.createTextMessage("two"), heard);
                    TrafficFrame.Send second = broker.next(TrafficFrame.Send.class);
                    assertEquals(2, second.batch().firstProducerSequence());
                    broker.confirm(second);
                    await().atMost(LIMIT).until(() -> !heard.ids.isEmpty());
                    assertEquals(1, heard.failures.size());
                });
    }
}
