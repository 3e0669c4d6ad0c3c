package io.millrace.jms;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.client.Deliveries;
import io.millrace.wire.BodyReference;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Outcome;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TrafficFrame;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Consumers over a real socket, with a broker that does what the test says. */
@Timeout(120)
class ReceivingTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static void deliver(ScriptedBroker broker, long first, int count, int deliveryCount) {
        broker.send(
                new BrokerFrame.Deliver(
                        1,
                        ScriptedBroker.EPOCH,
                        List.of(Deliveries.run(first, count, deliveryCount))));
    }

    private static void confirm(ScriptedBroker broker, TrafficFrame.Settle settle) {
        broker.send(new BrokerFrame.SettleConfirmed(settle.consumerId(), settle.settleId()));
    }

    private interface Receive {
        @Nullable Message call() throws JMSException;
    }

    private static CompletableFuture<@Nullable Message> inBackground(Receive receive) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return receive.call();
                    } catch (JMSException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static @Nullable Message result(CompletableFuture<@Nullable Message> receive)
            throws Exception {
        return receive.get(30, TimeUnit.SECONDS);
    }

    @Test
    void acknowledgesWhatReceiveReturned() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    connection.start();
                    var received = inBackground(consumer::receive);
                    assertEquals(1, broker.next(TrafficFrame.Credit.class).messages());
                    deliver(broker, 5, 1, 1);
                    assertNotNull(result(received));
                    TrafficFrame.Settle settle = broker.next(TrafficFrame.Settle.class);
                    assertEquals(Outcome.ACCEPTED, settle.outcome());
                    assertEquals(SequenceRanges.of(5, 5), settle.sequences());
                });
    }

    private static void deliverLarge(ScriptedBroker broker, long sequence) {
        broker.send(
                new BrokerFrame.Deliver(
                        1,
                        ScriptedBroker.EPOCH,
                        List.of(Deliveries.large(sequence, new BodyReference(0, 77, 9, 1, 0)))));
    }

    /** A body lives for as long as its message is needed: nobody needs one that has none. */
    private static void refuseBody(ScriptedBroker broker) throws InterruptedException {
        TrafficFrame.Browse browse = broker.next(TrafficFrame.Browse.class);
        assertEquals(77, browse.subscriptionId());
        broker.send(
                new BrokerFrame.Refused(
                        browse.requestId(), ErrorCode.INVALID_DESTINATION, "there is none", 0));
    }

    private static void takeBack(ScriptedBroker broker, long sequence) throws Exception {
        while (!broker.next(TrafficFrame.Credit.class).drain()) {
            // It asked for some before.
        }
        broker.send(new BrokerFrame.Drained(1));
        TrafficFrame.Settle released = broker.next(TrafficFrame.Settle.class);
        assertEquals(Outcome.RELEASED, released.outcome());
        assertEquals(SequenceRanges.of(sequence, sequence), released.sequences());
        confirm(broker, released);
    }

    @Test
    void whoseBodyIsGoneIsLeftOut() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    connection.start();
                    var received = inBackground(() -> consumer.receive(LIMIT.toMillis()));
                    deliverLarge(broker, 5);
                    refuseBody(broker);
                    takeBack(broker, 5);
                    assertFalse(received.isDone());
                    deliver(broker, 6, 1, 1);
                    assertNotNull(result(received));
                    TrafficFrame.Settle settle = broker.next(TrafficFrame.Settle.class);
                    assertEquals(Outcome.ACCEPTED, settle.outcome());
                    assertEquals(SequenceRanges.of(6, 6), settle.sequences());
                });
    }

    @Test
    void whoseBodyIsGoneDoesNotEndAListener() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    List<JMSException> heard = new CopyOnWriteArrayList<>();
                    List<Message> came = new CopyOnWriteArrayList<>();
                    connection.setExceptionListener(heard::add);
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    consumer.setMessageListener(came::add);
                    connection.start();
                    deliverLarge(broker, 5);
                    refuseBody(broker);
                    takeBack(broker, 5);
                    deliver(broker, 6, 1, 1);
                    await().atMost(LIMIT).until(() -> came.size() == 1);
                    assertTrue(heard.isEmpty(), () -> "" + heard);
                });
    }

    @Test
    void readsFurtherAheadTheFasterMessagesAreTaken() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    connection.start();
                    int sequence = 1;
                    for (int expected = 1; expected <= 8; expected *= 2) {
                        var received = inBackground(consumer::receive);
                        TrafficFrame.Credit credit = broker.next(TrafficFrame.Credit.class);
                        assertEquals(expected, credit.messages());
                        deliver(broker, sequence, expected, 1);
                        sequence += expected;
                        assertNotNull(result(received));
                        for (int index = 1; index < expected; index++) {
                            assertNotNull(consumer.receive());
                        }
                    }
                });
    }

    @Test
    void receiveNoWaitAsksTheBroker() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    connection.start();
                    var found = inBackground(consumer::receiveNoWait);
                    assertTrue(broker.next(TrafficFrame.Credit.class).drain());
                    deliver(broker, 1, 1, 1);
                    broker.send(new BrokerFrame.Drained(1));
                    assertNotNull(result(found));
                    var nothing = inBackground(consumer::receiveNoWait);
                    assertTrue(broker.next(TrafficFrame.Credit.class).drain());
                    assertFalse(nothing.isDone());
                    broker.send(new BrokerFrame.Drained(1));
                    assertNull(result(nothing));
                });
    }

    /** Else who empties a queue so waits for an answer for each of its messages. */
    @Test
    void receiveNoWaitReadsFurtherAheadToo() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    connection.start();
                    int sequence = 1;
                    for (int expected = 1; expected <= 8; expected *= 2) {
                        var received = inBackground(consumer::receiveNoWait);
                        TrafficFrame.Credit credit = broker.next(TrafficFrame.Credit.class);
                        assertTrue(credit.drain());
                        assertEquals(expected, credit.messages());
                        deliver(broker, sequence, expected, 1);
                        sequence += expected;
                        broker.send(new BrokerFrame.Drained(1));
                        assertNotNull(result(received));
                        for (int index = 1; index < expected; index++) {
                            assertNotNull(consumer.receiveNoWait());
                        }
                    }
                });
    }

    /** What the broker of a lost link did not answer is no answer. */
    @Test
    void receiveNoWaitAsksAgainOverANewLink() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    connection.start();
                    var received = inBackground(consumer::receiveNoWait);
                    broker.next(TrafficFrame.Attach.class);
                    assertTrue(broker.next(TrafficFrame.Credit.class).drain());
                    broker.cut();
                    broker.next(TrafficFrame.Attach.class);
                    assertTrue(broker.next(TrafficFrame.Credit.class).drain());
                    deliver(broker, 5, 1, 1);
                    broker.send(new BrokerFrame.Drained(1));
                    assertNotNull(result(received));
                });
    }

    @Test
    void tellsANewLinkWhatTheApplicationHolds() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    connection.start();
                    var received = inBackground(consumer::receive);
                    broker.next(TrafficFrame.Attach.class);
                    broker.next(TrafficFrame.Credit.class);
                    deliver(broker, 5, 2, 1);
                    Message message = result(received);
                    assertNotNull(message);
                    broker.cut();
                    TrafficFrame.Attach again = broker.next(TrafficFrame.Attach.class);
                    assertEquals(SequenceRanges.of(5, 5), again.held());
                    assertEquals(ScriptedBroker.EPOCH, again.epoch());
                    var acknowledged =
                            inBackground(
                                    () -> {
                                        message.acknowledge();
                                        return null;
                                    });
                    TrafficFrame.Settle settle = broker.next(TrafficFrame.Settle.class);
                    assertEquals(SequenceRanges.of(5, 5), settle.sequences());
                    assertFalse(acknowledged.isDone());
                    confirm(broker, settle);
                    result(acknowledged);
                });
    }

    @Test
    void recoverGivesNothingThatWasUnderWay() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    connection.start();
                    var received = inBackground(consumer::receive);
                    broker.next(TrafficFrame.Credit.class);
                    deliver(broker, 1, 2, 1);
                    assertNotNull(result(received));
                    session.recover();
                    assertTrue(broker.next(TrafficFrame.Credit.class).drain());
                    deliver(broker, 3, 1, 1);
                    var again = inBackground(consumer::receive);
                    broker.send(new BrokerFrame.Drained(1));
                    TrafficFrame.Settle unused = broker.next(TrafficFrame.Settle.class);
                    assertEquals(Outcome.NEVER_GIVEN, unused.outcome());
                    assertEquals(SequenceRanges.of(2, 3), unused.sequences());
                    TrafficFrame.Settle released = broker.next(TrafficFrame.Settle.class);
                    assertEquals(Outcome.RELEASED, released.outcome());
                    assertEquals(SequenceRanges.of(1, 1), released.sequences());
                    confirm(broker, released);
                    broker.next(TrafficFrame.Credit.class);
                    deliver(broker, 1, 1, 2);
                    Message redelivered = result(again);
                    assertNotNull(redelivered);
                    assertTrue(redelivered.getJMSRedelivered());
                    assertEquals(2, redelivered.getIntProperty("JMSXDeliveryCount"));
                    // What is released when the session closes has to be confirmed, too.
                    CompletableFuture<Void> closed =
                            CompletableFuture.runAsync(() -> assertClosed(session));
                    confirm(broker, broker.next(TrafficFrame.Settle.class));
                    closed.get(30, TimeUnit.SECONDS);
                });
    }

    private static void assertClosed(Session session) {
        try {
            session.close();
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMessageWhoseListenerThrowsComesAgainAtOnce() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    List<Boolean> redelivered = new CopyOnWriteArrayList<>();
                    consumer.setMessageListener(
                            message -> {
                                try {
                                    redelivered.add(message.getJMSRedelivered());
                                } catch (JMSException e) {
                                    throw new AssertionError(e);
                                }
                                if (redelivered.size() == 1) {
                                    throw new IllegalStateException("the first time");
                                }
                            });
                    broker.next(TrafficFrame.Credit.class);
                    connection.start();
                    deliver(broker, 1, 1, 1);
                    assertTrue(broker.next(TrafficFrame.Credit.class).drain());
                    broker.send(new BrokerFrame.Drained(1));
                    TrafficFrame.Settle released = broker.next(TrafficFrame.Settle.class);
                    assertEquals(Outcome.RELEASED, released.outcome());
                    confirm(broker, released);
                    deliver(broker, 1, 1, 2);
                    TrafficFrame.Settle accepted = broker.next(TrafficFrame.Settle.class);
                    assertEquals(Outcome.ACCEPTED, accepted.outcome());
                    assertEquals(List.of(false, true), redelivered);
                });
    }

    @Test
    void theExceptionListenerHearsOfAConsumerThatEnded() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    List<JMSException> reported = new CopyOnWriteArrayList<>();
                    connection.setExceptionListener(reported::add);
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    consumer.setMessageListener(message -> {});
                    connection.start();
                    broker.send(
                            new BrokerFrame.ConsumerClosed(
                                    1, ErrorCode.INVALID_DESTINATION, "gone"));
                    await().atMost(LIMIT).until(() -> reported.size() == 1);
                    assertInstanceOf(InvalidDestinationException.class, reported.get(0));
                    consumer.setMessageListener(null);
                    assertThrows(InvalidDestinationException.class, consumer::receive);
                });
    }

    @Test
    void aClosedConsumerEndsItsReceive() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                    connection.start();
                    var received = inBackground(consumer::receive);
                    broker.next(TrafficFrame.Credit.class);
                    consumer.close();
                    assertNull(result(received));
                });
    }
}
