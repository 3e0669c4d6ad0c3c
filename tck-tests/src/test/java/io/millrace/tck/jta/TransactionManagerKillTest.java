package io.millrace.tck.jta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.tck.crash.ChildProcess;
import io.millrace.tck.crash.RestartableBroker;
import jakarta.jms.JMSContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An application dies in the middle of a commit, and the broker with it; its transaction manager
 * makes broker and database agree again.
 */
class TransactionManagerKillTest {

    private static final int ROUNDS = Integer.getInteger("jta.rounds", 3);

    /** As many as there are transactions before the last one, and some that are rolled back. */
    private static final int MESSAGES = 16;

    @TempDir Path directory = Path.of("");

    private final Random random = new Random();
    private final List<HaltPoint> points = new ArrayList<>();

    /** In several partitions the queues live in different ones. */
    @ParameterizedTest
    @CsvSource({"narayana, 1", "atomikos, 1", "narayana, 3", "atomikos, 3"})
    void brokerAndDatabaseAgreeAfterEachCrash(String manager, int partitions) throws Exception {
        MoveHistory history = new MoveHistory(directory.resolve("history"));
        RestartableBroker broker = new RestartableBroker(directory, "num.partitions=" + partitions);
        String uri = broker.uri();
        try {
            for (int round = 1; round <= ROUNDS; round++) {
                fill(uri, round, history);
                HaltPoint point = nextPoint();
                try (ChildProcess application = application(manager, uri, point)) {
                    assertEquals(Halt.EXIT_CODE, application.waitFor(), this::errors);
                }
                broker.kill();
                broker.start();
            }
            try (ChildProcess last = application(manager, uri, HaltPoint.NOWHERE)) {
                assertEquals(0, last.waitFor(), this::errors);
                int moved = Integer.parseInt(last.firstLine());
                System.out.println(
                        manager
                                + ", "
                                + partitions
                                + " partitions, "
                                + ROUNDS
                                + " crashes: "
                                + moved
                                + " moves");
                assertEquals(history.committed().size(), moved);
                assertTrue(moved > 0, "there must have been work");
            }
        } finally {
            broker.kill();
        }
    }

    /** Each before any comes again, in an order that is not the same every time. */
    private HaltPoint nextPoint() {
        if (points.isEmpty()) {
            points.addAll(List.of(HaltPoint.values()));
            points.remove(HaltPoint.NOWHERE);
            Collections.shuffle(points, random);
        }
        return points.remove(0);
    }

    private static void fill(String uri, int round, MoveHistory history) throws Exception {
        try (JMSContext context = new MillraceConnectionFactory(uri).createContext()) {
            for (int index = 0; index < MESSAGES; index++) {
                String text = round + "-" + index;
                history.add(MoveHistory.Event.SENT, text);
                context.createProducer().send(context.createQueue(MovingApplication.IN), text);
            }
        }
    }

    private ChildProcess application(String manager, String uri, HaltPoint point) throws Exception {
        return new ChildProcess(
                List.of("-Xmx256m", "-XX:+UseSerialGC"),
                MovingApplication.class,
                directory.resolve("errors"),
                manager,
                uri,
                directory.toString(),
                point.name(),
                "" + (2 + random.nextInt(8)));
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("errors"));
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
