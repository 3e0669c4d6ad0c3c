package io.millrace.jms;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.TemporaryName;
import io.millrace.wire.TrafficFrame;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session's sends to several partitions, with a broker that does what the test says. */
@Timeout(120)
class SendWindowsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Remembers in which order it heard, and of what. */
    private static final class Heard implements CompletionListener {

        final List<String> texts = new CopyOnWriteArrayList<>();

        @Override
        public void onCompletion(Message message) {
            texts.add(text(message));
        }

        @Override
        public void onException(Message message, Exception exception) {
            texts.add(text(message) + " refused");
        }

        private static String text(Message message) {
            try {
                return message.getBody(String.class);
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void eachPartitionHasAWindowAndListenersAreCalledInTheOrderOfTheSends() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(null);
                    Queue first = session.createQueue("first");
                    Queue second = session.createQueue("second@2");
                    Heard heard = new Heard();
                    producer.send(first, session.createTextMessage("a"), heard);
                    TrafficFrame.OpenProducer atFirst =
                            broker.next(TrafficFrame.OpenProducer.class);
                    TrafficFrame.Send a = broker.next(TrafficFrame.Send.class);
                    // The second window begins once nothing is under way in the first.
                    broker.confirm(a);
                    producer.send(second, session.createTextMessage("b"), heard);
                    TrafficFrame.OpenProducer atSecond =
                            broker.next(TrafficFrame.OpenProducer.class);
                    TrafficFrame.Send b = broker.next(TrafficFrame.Send.class);
                    producer.send(first, session.createTextMessage("c"), heard);
                    TrafficFrame.Send c = broker.next(TrafficFrame.Send.class);
                    producer.send(second, session.createTextMessage("d"), heard);
                    TrafficFrame.Send d = broker.next(TrafficFrame.Send.class);
                    assertEquals(1, atFirst.partition());
                    assertEquals(2, atSecond.partition());
                    assertNotEquals(atFirst.producerId(), atSecond.producerId());
                    assertEquals(List.of(a.handle(), b.handle()), List.of(c.handle(), d.handle()));
                    assertEquals(List.of(20L, 21L), List.of(c.destinationId(), d.destinationId()));
                    broker.send(
                            new BrokerFrame.SendRefused(
                                    c.handle(), 2, 2, ErrorCode.LIMIT, "full", 0));
                    broker.confirm(d);
                    await().atMost(LIMIT).until(() -> heard.texts.size() == 4);
                    assertEquals(List.of("a", "b", "c refused", "d"), heard.texts);
                });
    }

    @Test
    void aListenerWaitsForThoseBeforeItInOtherPartitions() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(null);
                    Heard heard = new Heard();
                    TrafficFrame.Send[] sends = new TrafficFrame.Send[3];
                    for (int partition : new int[] {1, 2, 3}) {
                        CompletableFuture<Void> sending =
                                CompletableFuture.runAsync(
                                        () -> send(session, producer, partition, "first", heard));
                        broker.confirm(broker.next(TrafficFrame.Send.class));
                        sending.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                    }
                    for (int partition : new int[] {1, 2, 3}) {
                        send(session, producer, partition, "second " + partition, heard);
                        sends[partition - 1] = broker.next(TrafficFrame.Send.class);
                    }
                    broker.confirm(sends[2]);
                    broker.confirm(sends[1]);
                    assertFalse(heard.texts.contains("second 3"));
                    broker.confirm(sends[0]);
                    await().atMost(LIMIT).until(() -> heard.texts.size() == 6);
                    assertEquals(
                            List.of("second 1", "second 2", "second 3"), heard.texts.subList(3, 6));
                });
    }

    private static void send(
            Session session, MessageProducer producer, int partition, String text, Heard heard) {
        try {
            Queue queue = session.createQueue(TemporaryName.at(partition, "q"));
            producer.send(queue, session.createTextMessage(text), heard);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyWindowIsTakenUpOverANewLinkAndClosedWithItsSession() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(null);
                    Heard heard = new Heard();
                    CompletableFuture<Void> first =
                            CompletableFuture.runAsync(
                                    () -> send(session, producer, 1, "a", heard));
                    broker.confirm(broker.next(TrafficFrame.Send.class));
                    first.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                    send(session, producer, 2, "b", heard);
                    int handle = broker.next(TrafficFrame.Send.class).handle();
                    broker.cut();
                    TrafficFrame.OpenProducer one = broker.next(TrafficFrame.OpenProducer.class);
                    TrafficFrame.OpenProducer two = broker.next(TrafficFrame.OpenProducer.class);
                    assertEquals(3, one.partition() + two.partition());
                    TrafficFrame.Send again = broker.next(TrafficFrame.Send.class);
                    assertEquals(handle, again.handle());
                    broker.confirm(again);
                    session.close();
                    broker.next(TrafficFrame.CloseProducer.class);
                    broker.next(TrafficFrame.CloseProducer.class);
                    assertEquals(List.of("a", "b"), heard.texts);
                });
    }

    @Test
    void temporaryDestinationsSayWhereTheyAreAndConsumersToo() throws Exception {
        ScriptedBroker.play(
                "",
                (broker, connection) -> {
                    Session session = connection.createSession();
                    Queue temporary = session.createTemporaryQueue();
                    int partition =
                            TemporaryName.partitionOf(
                                    broker.next(ControlFrame.CreateTemporary.class).name());
                    assertEquals(partition, TemporaryName.partitionOf(temporary.getQueueName()));
                    session.createConsumer(session.createQueue("q@3")).close();
                    assertEquals(3, broker.next(TrafficFrame.Attach.class).partition());
                    assertEquals(3, broker.next(TrafficFrame.Detach.class).partition());
                });
    }
}
