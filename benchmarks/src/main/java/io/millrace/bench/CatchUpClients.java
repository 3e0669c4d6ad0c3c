package io.millrace.bench;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;

/** The processes of {@link CatchUp} that speak to its broker; each prints what it has come to. */
final class CatchUpClients {

    static final int BODY_BYTES = 1_024;

    static final String FILLED = "filled";
    static final String LIVE = "live";
    static final String FIRST = "first at ";
    static final String CAUGHT_UP = "caught up at ";

    private static final String TOPIC = "catch-up";
    private static final int WINDOW = 8_192;
    private static final int SUBSCRIPTIONS_A_SESSION = 10;

    /** Longer than any message may be under way. */
    private static final int DUE_KEPT = 1 << 20;

    private final ConnectionFactory factory;

    private CatchUpClients(Arguments arguments) {
        factory =
                Driver.connectionFactory(arguments.required("factory"), arguments.required("uri"));
    }

    /** Makes subscriptions that nobody is there for, and a backlog for them. */
    static boolean fill(Arguments arguments) {
        CatchUpClients clients = new CatchUpClients(arguments);
        int late = arguments.number("late", 1);
        long messages = arguments.number("messages", 1);
        arguments.refuseOthers();
        return ending(() -> clients.fill(late, messages));
    }

    private boolean fill(int late, long messages) throws JMSException {
        for (int each = 0; each < late; each++) {
            try (Connection connection = factory.createConnection()) {
                connection.setClientID(nameOf(each));
                Session session = connection.createSession();
                session.createDurableSubscriber(session.createTopic(TOPIC), nameOf(each)).close();
            }
        }
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            Topic topic = session.createTopic(TOPIC);
            AsyncSender sender =
                    new AsyncSender(
                            List.of(Wiring.lane(session, topic, DeliveryMode.PERSISTENT)),
                            new Body(BODY_BYTES),
                            WINDOW);
            for (long sequence = 0; sequence < messages; sequence++) {
                sender.send(sequence);
            }
            sender.awaitConfirmed(messages);
        }
        System.out.println(FILLED);
        return true;
    }

    /** One of the late subscriptions catches up with the backlog. */
    static boolean read(Arguments arguments) {
        CatchUpClients clients = new CatchUpClients(arguments);
        String name = nameOf(arguments.number("subscription", 0));
        long messages = arguments.number("messages", 1);
        arguments.refuseOthers();
        return ending(() -> clients.read(name, messages));
    }

    private boolean read(String name, long messages) throws JMSException, InterruptedException {
        CountDownLatch last = new CountDownLatch(1);
        SendWindow received = new SendWindow("messages received", WINDOW);
        Arrivals arrivals =
                new Arrivals(
                        BODY_BYTES,
                        received,
                        sequence -> {
                            if (sequence == 0) {
                                System.out.println(FIRST + System.currentTimeMillis());
                            }
                        });
        try (Connection connection = factory.createConnection()) {
            connection.setClientID(name);
            Session session = connection.createSession();
            session.createDurableSubscriber(session.createTopic(TOPIC), name)
                    .setMessageListener(
                            message -> {
                                // What comes behind the backlog is for those who are live.
                                if (received.arrived() < messages) {
                                    arrivals.onMessage(message);
                                    if (received.arrived() == messages) {
                                        last.countDown();
                                    }
                                }
                            });
            connection.start();
            last.await();
            if (arrivals.faultCount() > 0) {
                throw new IllegalStateException(arrivals.faults().toString());
            }
            System.out.println(CAUGHT_UP + System.currentTimeMillis());
        }
        return true;
    }

    /** Sends at a fixed rate to live subscriptions, and prints each second what they saw. */
    static boolean live(Arguments arguments) {
        CatchUpClients clients = new CatchUpClients(arguments);
        int subscriptions = arguments.number("live", 1);
        int perSecond = arguments.number("rate", 100);
        int lane = arguments.number("lane", 1);
        arguments.refuseOthers();
        return ending(() -> clients.live(subscriptions, new Paced(perSecond, lane)));
    }

    private boolean live(int subscriptions, Paced paced) throws JMSException, InterruptedException {
        Connection receiving = factory.createConnection();
        receiving.setClientID(LIVE);
        Session session = receiving.createSession();
        Body body = new Body(BODY_BYTES);
        for (int each = 0; each < subscriptions; each++) {
            if (each % SUBSCRIPTIONS_A_SESSION == 0) {
                session = receiving.createSession();
                body = new Body(BODY_BYTES);
            }
            Body own = body;
            session.createDurableSubscriber(session.createTopic(TOPIC), LIVE + each)
                    .setMessageListener(message -> paced.arrived(message, own));
        }
        receiving.start();
        Connection sending = factory.createConnection();
        Session sendingSession = sending.createSession();
        Wiring.Lane to =
                Wiring.lane(
                        sendingSession, sendingSession.createTopic(TOPIC), DeliveryMode.PERSISTENT);
        Thread sender = new Thread(() -> paced.send(to), "sender");
        sender.setDaemon(true);
        sender.start();
        System.out.println(LIVE);
        while (true) {
            TimeUnit.SECONDS.sleep(1);
            CatchUp.Second second =
                    new CatchUp.Second(
                            System.currentTimeMillis(), paced.latencyNanos.getIntervalHistogram());
            System.out.println(second.toLine());
        }
    }

    private static String nameOf(int late) {
        return "late-" + late;
    }

    /** What a role does. */
    private interface Role {
        boolean run() throws JMSException, InterruptedException;
    }

    private static boolean ending(Role role) {
        try {
            return role.run();
        } catch (JMSException e) {
            throw new IllegalStateException("Expected a broker that serves, but: " + e, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Expected to run to the end, but: " + e, e);
        }
    }

    /** Messages at a fixed rate, and how long they took from the time at which each was due. */
    private static final class Paced implements CompletionListener {

        private final Recorder latencyNanos = new Recorder(3);
        private final AtomicLongArray dueNanosBySequence = new AtomicLongArray(DUE_KEPT);
        private final long intervalNanos;
        private final int lane;

        Paced(int perSecond, int lane) {
            this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
            this.lane = lane;
        }

        void send(Wiring.Lane to) {
            Body body = new Body(BODY_BYTES);
            long due = System.nanoTime();
            try {
                for (long sequence = 0; ; sequence++) {
                    due += intervalNanos;
                    dueNanosBySequence.set((int) (sequence % DUE_KEPT), due);
                    for (long left = due - System.nanoTime();
                            left > 0;
                            left = due - System.nanoTime()) {
                        LockSupport.parkNanos(this, left);
                    }
                    to.producer()
                            .send(body.message(to.session(), Body.number(lane, sequence)), this);
                }
            } catch (JMSException e) {
                end("Expected to send, but: " + e);
            }
        }

        void arrived(Message message, Body body) {
            try {
                long number = body.number(message);
                if (Body.lane(number) == lane) {
                    long due = dueNanosBySequence.get((int) (Body.sequence(number) % DUE_KEPT));
                    latencyNanos.recordValue(Math.max(0, System.nanoTime() - due));
                }
            } catch (JMSException e) {
                end("Expected a message of the benchmark, but: " + e);
            }
        }

        @Override
        public void onCompletion(Message message) {
            // Only the way to the subscribers is measured.
        }

        @Override
        public void onException(Message message, Exception exception) {
            end("Expected a confirmation, but the send failed: " + exception);
        }

        /** Says why and ends the process: whoever waits for its lines learns it. */
        private static void end(String why) {
            System.err.println(why);
            Runtime.getRuntime().halt(1);
        }
    }
}
