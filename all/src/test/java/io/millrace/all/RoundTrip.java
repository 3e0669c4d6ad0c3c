package io.millrace.all;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;

/** Sends a message and receives it again. Its class path is the jar and the two APIs. */
final class RoundTrip {

    private static final long LIMIT_MILLIS = 10_000;

    private RoundTrip() {}

    /** The URI of the broker. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        ConnectionFactory factory =
                (ConnectionFactory)
                        Class.forName("io.millrace.jms.MillraceConnectionFactory")
                                .getConstructor(String.class)
                                .newInstance(arguments[0]);
        try (JMSContext context = factory.createContext()) {
            Queue queue = context.createQueue("round-trip");
            context.createProducer().setProperty("kind", "ristretto").send(queue, "one espresso");
            // With a selector, for the parser's classes.
            JMSConsumer consumer = context.createConsumer(queue, "kind LIKE 'r%o'");
            System.out.println(consumer.receiveBody(String.class, LIMIT_MILLIS));
        }
    }
}
