package io.millrace.tck.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing confirmed is lost and nothing comes twice unflagged, wherever kill -9 strikes. */
class KillTest {

    private static final int KILLS = Integer.getInteger("crash.kills", 2);
    private static final long CREDIT = 16_384;

    @TempDir Path directory = Path.of("");

    private final Random random = new Random();

    @Test
    void brokerIsKilledAndApplicationLives() throws Exception {
        Path file = directory.resolve("history");
        RestartableBroker broker = new RestartableBroker(directory);
        try (History history = new History(file);
                Load load = new Load(broker.uri(), history, 1)) {
            for (int kill = 0; kill < KILLS; kill++) {
                randomPause();
                broker.kill();
                history.killed();
                broker.start();
                long before = load.confirmedCount();
                await().atMost(Duration.ofSeconds(30)).until(() -> load.confirmedCount() > before);
            }
            randomPause();
            load.stopSending();
            await().atMost(Duration.ofSeconds(60)).until(() -> History.check(file).missing() == 0);
        } finally {
            broker.kill();
        }
        // As long as the application lives, not even a flagged duplicate is needed but for what was
        // in its hands.
        check(file, KILLS);
    }

    @Test
    void applicationIsKilledTogetherWithItsBroker() throws Exception {
        Path file = directory.resolve("history");
        String uri = "millrace:file:" + directory.resolve("data");
        Path errors = directory.resolve("errors");
        for (int kill = 0; kill < KILLS; kill++) {
            try (ChildProcess application =
                    new ChildProcess(
                            EmbeddedApplication.class,
                            errors,
                            uri,
                            file.toString(),
                            "" + (10 * kill + 1))) {
                randomPause();
                application.kill();
            }
            try (History history = new History(file)) {
                history.killed();
            }
        }
        try (ChildProcess last =
                new ChildProcess(
                        EmbeddedApplication.class, errors, uri, file.toString(), "999", "drain")) {
            assertEquals(0, last.waitFor());
        }
        check(file, KILLS * 8_192L);
    }

    /** In several partitions the queues live in different ones. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void transactionsAreWholeOrAbsentAndTheirClientsKnowWhich(int partitions) throws Exception {
        RestartableBroker broker = new RestartableBroker(directory, "num.partitions=" + partitions);
        String uri = broker.uri();
        try (TransactedLoad load = new TransactedLoad(uri);
                Movers movers = new Movers(uri)) {
            for (int kill = 0; kill < KILLS; kill++) {
                randomPause();
                broker.kill();
                broker.start();
                long before = load.committedCount();
                long moved = movers.committedCount();
                await().atMost(Duration.ofSeconds(30))
                        .until(
                                () ->
                                        load.committedCount() > before
                                                && movers.committedCount() > moved);
            }
            randomPause();
            load.stopSending();
            movers.stop();
            // What was moved, and what was left where it was.
            Map<String, Integer> left = load.drain(true);
            assertEquals(List.of(), movers.check(left));
            Map<String, Integer> right = load.drain(false);
            System.out.println(
                    "after "
                            + KILLS
                            + " kills of "
                            + partitions
                            + " partitions: "
                            + load.told().size()
                            + " transactions, committed "
                            + load.committedCount()
                            + ", moves committed "
                            + movers.committedCount());
            assertTrue(load.committedCount() > 100, "there must have been load");
            load.told()
                    .forEach(
                            (transaction, told) -> {
                                // The client comes back in time, so that nothing stays unknown.
                                int whole =
                                        told == TransactedLoad.Told.COMMITTED
                                                ? TransactedLoad.PART
                                                : 0;
                                assertEquals(whole, left.getOrDefault(transaction, 0), transaction);
                                assertEquals(
                                        whole, right.getOrDefault(transaction, 0), transaction);
                                assertTrue(told != TransactedLoad.Told.UNKNOWN, transaction);
                            });
            assertTrue(load.told().keySet().containsAll(left.keySet()), "nobody sent these");
        } finally {
            broker.kill();
        }
    }

    /** Jakarta Messaging 3.1, 3.4.2: at most once, whatever happens to the provider. */
    @Test
    void nonPersistentMessagesComeOnceAtMost() throws Exception {
        RestartableBroker broker = new RestartableBroker(directory);
        MillraceConnectionFactory factory = new MillraceConnectionFactory(broker.uri());
        Set<Long> given = ConcurrentHashMap.newKeySet();
        AtomicLong newest = new AtomicLong();
        AtomicLong twice = new AtomicLong();
        AtomicLong numbers = new AtomicLong();
        AtomicBoolean stopping = new AtomicBoolean();
        try (JMSContext receiving = factory.createContext();
                JMSContext sending = factory.createContext()) {
            Queue queue = receiving.createQueue("once");
            receiving
                    .createConsumer(queue)
                    .setMessageListener(
                            each -> {
                                twice.addAndGet(given.add(number(each)) ? 0 : 1);
                                newest.accumulateAndGet(number(each), Math::max);
                            });
            JMSProducer producer =
                    sending.createProducer().setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            CompletableFuture<Void> sender =
                    CompletableFuture.runAsync(
                            () -> {
                                while (!stopping.get()) {
                                    producer.setProperty("number", numbers.incrementAndGet());
                                    producer.send(queue, sending.createMessage());
                                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
                                }
                            });
            for (int kill = 0; kill < KILLS; kill++) {
                randomPause();
                broker.kill();
                broker.start();
                long before = numbers.get();
                await().atMost(Duration.ofSeconds(30)).until(() -> newest.get() > before);
            }
            stopping.set(true);
            sender.get(60, TimeUnit.SECONDS);
            long last = numbers.get();
            await().atMost(Duration.ofSeconds(30)).until(() -> given.contains(last));
        } finally {
            broker.kill();
        }
        System.out.println(
                "after " + KILLS + " kills: " + numbers + " sent, " + given.size() + " given");
        assertTrue(given.size() > 1_000, "there must have been load");
        assertEquals(0, twice.get(), "some came twice");
    }

    private static long number(Message message) {
        try {
            return message.getLongProperty("number");
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(Path file, long mostFlaggedDuplicates) throws Exception {
        History.Verdict verdict = History.check(file);
        System.out.println("after " + KILLS + " kills: " + verdict);
        assertTrue(verdict.confirmed() > 1_000, "there must have been load");
        assertEquals(0, verdict.missing(), "confirmed messages lost");
        assertEquals(0, verdict.unflaggedDuplicates(), "second deliveries without JMSRedelivered");
        assertEquals(0, verdict.outOfOrder(), "first deliveries out of their producer's order");
        assertEquals(0, verdict.wrongCounts(), "flag and JMSXDeliveryCount that disagree");
        assertTrue(
                verdict.flaggedDuplicates() <= mostFlaggedDuplicates,
                "more duplicates than the promise allows");
        for (long needless : verdict.needlessFlagsByKill()) {
            assertTrue(needless <= CREDIT, "more than one consumer credit flagged without need");
        }
    }

    /** The moment of the kill is the one thing here that should not be the same every time. */
    private void randomPause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(2_000)));
    }
}
