package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Several consumers of one queue: all get work, and nobody waits for another. */
class FairSharesTest {

    private static final Duration LIMIT = Duration.ofMillis(Texts.PATIENCE_MILLIS);
    private static final int MANY = 40;

    /** A listener that keeps what it got, and may stand still in the first one. */
    private static final class Worker {

        final List<String> got = new CopyOnWriteArrayList<>();
        private final CountDownLatch hold;

        Worker(CountDownLatch hold) {
            this.hold = hold;
        }

        static Worker fast() {
            return new Worker(new CountDownLatch(0));
        }

        void onMessage(Message message) {
            try {
                got.add(message.getBody(String.class));
                hold.await();
            } catch (JMSException | InterruptedException e) {
                got.add(e.toString());
            }
        }
    }

    private static String[] numbers(int count) {
        return IntStream.range(0, count).mapToObj("%02d"::formatted).toArray(String[]::new);
    }

    private static void assertAll(List<String> one, List<String> other) {
        await().atMost(LIMIT).until(() -> one.size() + other.size() >= MANY);
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        assertEquals(List.of(numbers(MANY)), List.copyOf(all));
        assertEquals(MANY, one.size() + other.size(), "nothing twice");
        assertEquals(one.stream().sorted().toList(), one, "each in order");
        assertEquals(other.stream().sorted().toList(), other, "each in order");
    }

    @OverEachUri
    void twoReceiversBothGetWorkWhenTwoMessagesWait(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b");
        MessageConsumer one = provider.started().createSession().createConsumer(queue);
        MessageConsumer two = provider.started().createSession().createConsumer(queue);
        Texts.assertFirst(Texts.expect(one, "a"));
        Texts.assertFirst(Texts.expect(two, "b"));
        assertNull(one.receiveNoWait());
    }

    @OverEachUri
    void receiversThatWaitBothGetWork(Provider provider) throws Exception {
        Queue queue = provider.connect().createSession().createQueue("work");
        MessageConsumer one = provider.started().createSession().createConsumer(queue);
        MessageConsumer two = provider.started().createSession().createConsumer(queue);
        Background<Message> first = Background.call(() -> Texts.receive(one));
        Background<Message> second = Background.call(() -> Texts.receive(two));
        first.awaitBlocked();
        second.awaitBlocked();
        Texts.send(provider.connect().createSession(), queue, "a", "b");
        Set<String> got =
                Set.of(first.result().getBody(String.class), second.result().getBody(String.class));
        assertEquals(Set.of("a", "b"), got);
    }

    @OverEachUri
    void listenersShareWhatComes(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Worker one = Worker.fast();
        Worker two = Worker.fast();
        provider.started().createSession().createConsumer(queue).setMessageListener(one::onMessage);
        provider.started().createSession().createConsumer(queue).setMessageListener(two::onMessage);
        Texts.send(session, queue, numbers(MANY));
        assertAll(one.got, two.got);
        assertTrue(Math.min(one.got.size(), two.got.size()) >= MANY / 4, one.got + " " + two.got);
    }

    @OverEachUri
    void slowListenerHoldsUpOnlyItsShare(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        CountDownLatch hold = new CountDownLatch(1);
        Worker slow = new Worker(hold);
        Worker fast = Worker.fast();
        provider.started()
                .createSession()
                .createConsumer(queue)
                .setMessageListener(slow::onMessage);
        provider.started()
                .createSession()
                .createConsumer(queue)
                .setMessageListener(fast::onMessage);
        Texts.send(session, queue, numbers(MANY));
        await().atMost(LIMIT).until(() -> fast.got.size() >= MANY / 4 && slow.got.size() == 1);
        hold.countDown();
        assertAll(slow.got, fast.got);
    }

    /** With a credit of 1 the slow one holds what it works on, and at most the next. */
    @OverEachUri
    void slowListenerWithLittleCreditLeavesTheRestToOthers(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        CountDownLatch hold = new CountDownLatch(1);
        Worker slow = new Worker(hold);
        Worker fast = Worker.fast();
        try (Connection one = provider.factory("consumer.credit=1").createConnection();
                Connection two = provider.factory("consumer.credit=1").createConnection()) {
            one.createSession().createConsumer(queue).setMessageListener(slow::onMessage);
            two.createSession().createConsumer(queue).setMessageListener(fast::onMessage);
            one.start();
            two.start();
            Texts.send(session, queue, numbers(MANY));
            await().atMost(LIMIT).until(() -> fast.got.size() >= MANY - 2);
            assertEquals(1, slow.got.size());
            hold.countDown();
            assertAll(slow.got, fast.got);
        }
    }

    @OverEachUri
    void whatASlowReceiverFetchedAheadGoesToOthers(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, numbers(MANY));
        // Taking several quickly makes it fetch ahead; then it stands still.
        MessageConsumer slow = provider.started().createSession().createConsumer(queue);
        List<String> first = Texts.receive(slow, 10);
        MessageConsumer other = provider.started().createSession().createConsumer(queue);
        List<String> rest = Texts.receive(other, MANY - 10);
        assertEquals(List.of(numbers(10)), first);
        assertEquals(List.of(numbers(MANY)).subList(10, MANY), rest.stream().sorted().toList());
    }

    @OverEachUri
    void unacknowledgedMessageDoesNotHoldUpOthers(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b", "c");
        Session holding = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        Texts.expect(holding.createConsumer(queue), "a");
        MessageConsumer other = provider.started().createSession().createConsumer(queue);
        Texts.assertFirst(Texts.expect(other, "b"));
        Texts.assertFirst(Texts.expect(other, "c"));
        assertNull(other.receiveNoWait());
        holding.close();
        Texts.assertRedelivered(Texts.expect(other, "a"), 2);
    }

    @OverEachUri
    void recoveredMessageDoesNotHoldUpOthers(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a", "b");
        Session recovering = provider.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = recovering.createConsumer(queue);
        Texts.expect(consumer, "a");
        recovering.recover();
        Texts.assertRedelivered(Texts.expect(consumer, "a"), 2);
        recovering.recover();
        // It is nobody's now: who asks gets both, in whichever order they come back.
        MessageConsumer other = provider.started().createSession().createConsumer(queue);
        for (Message each : List.of(Texts.receive(other), Texts.receive(other))) {
            if (each.getBody(String.class).equals("a")) {
                Texts.assertRedelivered(each, 3);
            } else {
                assertEquals("b", each.getBody(String.class));
                Texts.assertFirst(each);
            }
        }
        assertNull(other.receiveNoWait());
    }

    @OverEachUri
    void listenerThatThrowsDoesNotHoldUpOthers(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        Queue queue = session.createQueue("work");
        CountDownLatch othersAreDone = new CountDownLatch(1);
        List<Integer> counts = new CopyOnWriteArrayList<>();
        try (Connection failing = provider.factory("consumer.credit=1").createConnection()) {
            failing.createSession()
                    .createConsumer(queue)
                    .setMessageListener(
                            message -> {
                                try {
                                    counts.add(message.getIntProperty("JMSXDeliveryCount"));
                                    othersAreDone.await();
                                } catch (JMSException | InterruptedException e) {
                                    counts.add(-1);
                                }
                                if (counts.size() < 3) {
                                    throw new IllegalStateException("on purpose");
                                }
                            });
            failing.start();
            Texts.send(session, queue, "bad");
            await().atMost(LIMIT).until(() -> counts.size() == 1);
            MessageConsumer other = provider.started().createSession().createConsumer(queue);
            Texts.send(session, queue, "one", "two", "three");
            List<String> got = Texts.receive(other, 2);
            assertTrue(List.of("one", "two", "three").containsAll(got), got::toString);
            othersAreDone.countDown();
            await().atMost(LIMIT).until(() -> counts.size() >= 3);
            assertEquals(List.of(1, 2, 3), counts.subList(0, 3));
        }
    }
}
