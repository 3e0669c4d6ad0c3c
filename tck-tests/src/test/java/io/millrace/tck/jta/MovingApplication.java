package io.millrace.tck.jta;

import static org.awaitility.Awaitility.await;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceXAConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.transaction.RollbackException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.XADataSource;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/**
 * Moves messages from one queue to another, each with a row of a database in one transaction, until
 * it dies in one of them. Before that it lets its transaction manager recover what the one before
 * it left, and compares broker, database and history.
 *
 * <p>Arguments: the transaction manager, the broker's URI, a directory, the point to die at, and
 * the number of the transaction.
 */
public final class MovingApplication {

    // In a broker with three partitions they live in different ones.
    static final String IN = "orders";
    static final String OUT = "invoices";

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final String uri;
    private final Halt halt = new Halt();
    private final Random random = new Random();
    private final XAConnectionFactory broker;
    private final MovesDatabase database;
    private final MoveHistory history;
    private final Coordinator coordinator;

    private MovingApplication(String manager, String uri, Path directory) throws Exception {
        this.uri = uri;
        broker = new MillraceXAConnectionFactory(uri);
        database = MovesDatabase.at(directory.resolve("database"));
        history = new MoveHistory(directory.resolve("history"));
        XAConnectionFactory halting =
                HaltingFactories.over(XAConnectionFactory.class, broker, halt);
        XADataSource haltingDatabase =
                HaltingFactories.over(XADataSource.class, database.source(), halt);
        int inDoubt = inDoubt();
        if (inDoubt != history.lastPoint().inDoubt()) {
            throw new IllegalStateException(
                    "Expected a crash " + history.lastPoint() + ", but in doubt are " + inDoubt);
        }
        Path log = directory.resolve("log");
        coordinator =
                manager.equals("narayana")
                        ? new Narayana(log, halting, haltingDatabase)
                        : new Atomikos(log, halting, haltingDatabase);
    }

    /** Runs until it dies; with {@link HaltPoint#NOWHERE} until everything is checked. */
    public static void main(String[] arguments) {
        int exitCode = 1;
        PrintStream answers = System.out;
        // Atomikos says there where it looked for loggers.
        System.setOut(System.err);
        try {
            run(arguments, answers);
            exitCode = 0;
        } catch (Exception e) {
            e.printStackTrace();
        } finally {
            // The transaction manager has threads that would keep the JVM.
            System.exit(exitCode);
        }
    }

    private static void run(String[] arguments, PrintStream answers) throws Exception {
        MovingApplication application =
                new MovingApplication(arguments[0], arguments[1], Path.of(arguments[2]));
        HaltPoint point = HaltPoint.valueOf(arguments[3]);
        await().atMost(LIMIT).until(() -> application.inDoubt() == 0);
        answers.println(application.check());
        if (point != HaltPoint.NOWHERE) {
            application.moveUntil(point, Integer.parseInt(arguments[4]));
        }
        application.coordinator.close();
        application.database.close();
    }

    // ---- after a crash ----

    /** How many branches both resources list. */
    private int inDoubt() throws Exception {
        javax.sql.XAConnection connection = database.source().getXAConnection();
        try (XAJMSContext context = broker.createXAContext()) {
            return listed(context.getXAResource()) + listed(connection.getXAResource());
        } finally {
            connection.close();
        }
    }

    private static int listed(XAResource resource) throws XAException {
        return resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN).length;
    }

    /** How many messages were moved so far; it fails unless everybody agrees on which. */
    private int check() throws Exception {
        Set<String> rows = database.rows();
        Set<String> in;
        Set<String> out;
        try (JMSContext context = new MillraceConnectionFactory(uri).createContext()) {
            in = browse(context, IN);
            out = browse(context, OUT);
        }
        require("rows", history.committed(), rows);
        require(OUT, rows, out);
        Set<String> left = new TreeSet<>(history.sent());
        left.removeAll(rows);
        require(IN, left, in);
        return rows.size();
    }

    private static void require(String what, Set<String> expected, Set<String> found) {
        if (!expected.equals(found)) {
            Set<String> missing = new TreeSet<>(expected);
            missing.removeAll(found);
            Set<String> extra = new TreeSet<>(found);
            extra.removeAll(expected);
            throw new IllegalStateException(
                    "Expected others in " + what + ", but missing " + missing + ", extra " + extra);
        }
    }

    private static Set<String> browse(JMSContext context, String queue) throws JMSException {
        Set<String> found = new TreeSet<>();
        try (QueueBrowser browser = context.createBrowser(context.createQueue(queue))) {
            for (Object message : Collections.list(browser.getEnumeration())) {
                String text = ((TextMessage) message).getText();
                if (!found.add(text)) {
                    throw new IllegalStateException("Expected one " + text + ", but it is twice");
                }
            }
        }
        return found;
    }

    // ---- until the next ----

    private void moveUntil(HaltPoint point, int number) throws Exception {
        for (int count = 1; ; count++) {
            HaltPoint here = count < number ? HaltPoint.NOWHERE : point;
            coordinator.transactions().begin();
            String text = work(random.nextBoolean());
            if (here == HaltPoint.NOWHERE && random.nextInt(4) == 0) {
                coordinator.transactions().rollback();
                history.add(MoveHistory.Event.ROLLED_BACK, text);
                continue;
            }
            halt.arm(here);
            history.add(MoveHistory.Event.COMMITTING, text, here);
            try {
                coordinator.transactions().commit();
                history.add(MoveHistory.Event.COMMITTED, text);
            } catch (RollbackException e) {
                // It took too long, on a busy machine.
                history.add(MoveHistory.Event.ROLLED_BACK, text);
            }
        }
    }

    /** The resources take part in the order in which they are used first. */
    private String work(boolean databaseFirst) throws Exception {
        if (!databaseFirst) {
            String text = moveMessage();
            try (Connection rows = coordinator.database();
                    PreparedStatement insert = rows.prepareStatement(MovesDatabase.INSERT)) {
                insert.setString(1, text);
                insert.executeUpdate();
            }
            return text;
        }
        try (Connection rows = coordinator.database();
                PreparedStatement insert = rows.prepareStatement(MovesDatabase.INSERT)) {
            String text = moveMessage();
            insert.setString(1, text);
            insert.executeUpdate();
            return text;
        }
    }

    private String moveMessage() throws JMSException {
        try (jakarta.jms.Connection connection = coordinator.broker().createConnection();
                Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue(IN))) {
            connection.start();
            Message message = consumer.receive(LIMIT.toMillis());
            if (message == null) {
                throw new IllegalStateException("Expected a message to move, but there is none");
            }
            String text = ((TextMessage) message).getText();
            session.createProducer(session.createQueue(OUT)).send(session.createTextMessage(text));
            return text;
        }
    }
}
