package io.millrace.tck.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand sessions commit at once, and the broker is killed with -9 amid them. */
class CommitKillTest {

    private static final int KILLS = Integer.getInteger("crash.kills", 2);

    @TempDir Path directory = Path.of("");

    private final Random random = new Random();

    /** In several partitions the queues live in different ones. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void eachIsWholeOrAbsentAndItsClientToldTheTruth(int partitions) throws Exception {
        List<Integer> open = new ArrayList<>();
        int rounds = 0;
        RestartableBroker broker = new RestartableBroker(directory, "num.partitions=" + partitions);
        String uri = broker.uri();
        try (CommitStorm storm = new CommitStorm(uri)) {
            // A kill that comes when all have their answer does not count.
            while (open.size() < KILLS && rounds < 20 + 10 * KILLS) {
                rounds++;
                int before = random.nextInt(CommitStorm.SESSIONS / 2);
                storm.begin();
                while (storm.decided() < before) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50));
                }
                broker.kill();
                int left = CommitStorm.SESSIONS - storm.decided();
                if (left > 0) {
                    open.add(left);
                }
                broker.start();
                await().atMost(Duration.ofSeconds(120))
                        .until(() -> storm.decided() == CommitStorm.SESSIONS);
            }
            storm.stop();
            System.out.println(
                    partitions
                            + " partitions, "
                            + rounds
                            + " rounds, commits that were open at a kill: "
                            + open);
            assertEquals(KILLS, open.size(), "too few kills came while commits were open");
            check(uri, storm.told());
            assertEquals(rounds * CommitStorm.SESSIONS, storm.told().size());
        } finally {
            broker.kill();
        }
    }

    private static void check(String uri, Map<String, TransactedLoad.Told> told) throws Exception {
        Map<String, Integer> left;
        Map<String, Integer> right;
        try (JMSContext context =
                new MillraceConnectionFactory(uri).createContext(JMSContext.SESSION_TRANSACTED)) {
            left = drain(context, "left");
            right = drain(context, "right");
        }
        Map<TransactedLoad.Told, Integer> counts = new HashMap<>();
        told.forEach(
                (transaction, outcome) -> {
                    counts.merge(outcome, 1, Integer::sum);
                    // The broker comes back in time, so that nothing stays unknown.
                    assertTrue(outcome != TransactedLoad.Told.UNKNOWN, transaction);
                    int whole = outcome == TransactedLoad.Told.COMMITTED ? TransactedLoad.PART : 0;
                    assertEquals(whole, left.getOrDefault(transaction, 0), transaction);
                    assertEquals(whole, right.getOrDefault(transaction, 0), transaction);
                });
        System.out.println("told: " + counts);
        assertTrue(told.keySet().containsAll(left.keySet()), "nobody was told of these");
        assertTrue(told.keySet().containsAll(right.keySet()), "nobody was told of these");
    }

    private static Map<String, Integer> drain(JMSContext context, String queue) {
        Map<String, Integer> counts = new HashMap<>();
        try (JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
            for (String next = consumer.receiveBodyNoWait(String.class);
                    next != null;
                    next = consumer.receiveBodyNoWait(String.class)) {
                counts.merge(next, 1, Integer::sum);
            }
        }
        context.commit();
        return counts;
    }
}
