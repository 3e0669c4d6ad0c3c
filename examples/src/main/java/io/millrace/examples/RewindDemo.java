package io.millrace.examples;

import io.millrace.jms.Rewinder;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Going back in time: a bug eats some orders, the bug is fixed, and exactly the eaten ones are
 * delivered again.
 *
 * <p>The shop acknowledges each order, and a bug makes it forget those with a coupon. With an
 * ordinary queue they would be gone. Here they are still in the broker's log: {@link Rewinder}
 * first counts what a selector finds, then takes the queue back for these alone. What comes again
 * says so ({@code JMS_Millrace_Replay}), so that the shop could look twice.
 *
 * <p>How long a broker keeps what was acknowledged says {@code log.retention.hours}; this demo sets
 * it for its own queue.
 */
public final class RewindDemo {

    private static final int ORDERS = 1_000;
    private static final int EVERY_SO_MANY_A_COUPON = 7;
    private static final long PATIENCE_MILLIS = 10_000;
    private static final String RETENTION = "broker.destination.demo.orders.retention.hours=24";

    private final Settings settings;
    private final PrintStream out;
    private final Map<String, Integer> timesProcessed = new HashMap<>();
    private int replays;

    RewindDemo(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** Exits with 0 if every order was processed exactly once in the end. */
    public static void main(String[] arguments) {
        Settings settings = Settings.fromCommandLine(arguments);
        boolean exact = false;
        try {
            exact = new RewindDemo(settings, System.out).run();
        } catch (JMSException | JMSRuntimeException e) {
            System.err.println(e.getMessage());
        }
        System.exit(exact ? 0 : 1);
    }

    /** Whether every order was processed exactly once in the end. */
    boolean run() throws JMSException {
        String broker = settings.broker();
        // A broker in this process takes its configuration from the URI.
        Settings own =
                broker.startsWith("millrace:file:") && broker.indexOf('?') < 0
                        ? settings.at(broker + "?" + RETENTION)
                        : settings;
        try (JMSContext context = own.connectionFactory().createContext()) {
            Queue queue = context.createQueue("demo.orders");
            Instant start = Instant.now();
            order(context, queue);
            out.println("ordered               " + ORDERS);

            int eaten = shop(context, queue, ORDERS, true);
            out.println("processed             " + timesProcessed.size());
            out.println("eaten by the bug      " + eaten);

            // The bug is fixed. What is to come again? First only count.
            Rewinder lost =
                    Rewinder.of(context)
                            .queue("demo.orders")
                            .from(start)
                            .matching("coupon IS NOT NULL");
            Rewinder.Outcome found = lost.count();
            out.println(
                    "found by a dry run    "
                            + found.messages()
                            + ", the first is number "
                            + found.firstSequence()
                            + ", stored "
                            + found.firstStored());
            Rewinder.Outcome done = lost.rewind();
            out.println("rewound               " + done.messages());

            shop(context, queue, (int) done.messages(), false);
            boolean nothingLeft;
            try (JMSConsumer consumer = context.createConsumer(queue)) {
                nothingLeft = consumer.receiveNoWait() == null;
            }
            long once = timesProcessed.values().stream().filter(times -> times == 1).count();
            out.println("marked as replays     " + replays);
            out.println("processed in the end  " + timesProcessed.size());
            out.println("of which once         " + once);
            return nothingLeft
                    && eaten == found.messages()
                    && eaten == done.messages()
                    && eaten == replays
                    && once == ORDERS;
        }
    }

    private static void order(JMSContext context, Queue queue) {
        String run = UUID.randomUUID().toString();
        for (int number = 0; number < ORDERS; number++) {
            JMSProducer producer = context.createProducer();
            if (number % EVERY_SO_MANY_A_COUPON == 0) {
                producer.setProperty("coupon", "SAVE-" + number);
            }
            producer.send(queue, run + "/" + number);
        }
    }

    /** Works through some orders; how many of them it lost. */
    private int shop(JMSContext context, Queue queue, int orders, boolean hasBug)
            throws JMSException {
        int lost = 0;
        try (JMSConsumer consumer = context.createConsumer(queue)) {
            for (int number = 0; number < orders; number++) {
                Message order = consumer.receive(PATIENCE_MILLIS);
                if (order == null) {
                    throw new JMSException("Expected " + orders + " orders, but got " + number);
                }
                if (hasBug && order.propertyExists("coupon")) {
                    lost++;
                    continue;
                }
                replays += order.propertyExists("JMS_Millrace_Replay") ? 1 : 0;
                timesProcessed.merge(order.getBody(String.class), 1, Integer::sum);
            }
        }
        return lost;
    }
}
