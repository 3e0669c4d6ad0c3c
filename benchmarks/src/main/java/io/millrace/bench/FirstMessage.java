package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a program that was just started does until it has its first message. Prints the time of each
 * step in microseconds since before the factory was made, and of the whole JVM until then. Touches
 * nothing of the driver's, whose classes would be loaded in the measured time.
 */
final class FirstMessage {

    /** Printed before the last step's time, too: when the message was there. */
    static final String RECEIVED = "received";

    static final String PREFIX = "first.";
    static final String[] STEPS = {"factory", "context", "consumer", "sent", RECEIVED};

    private static final long RECEIVE_LIMIT_MILLIS = 30_000;

    private FirstMessage() {}

    /** Class name of the connection factory, and its URI. */
    public static void main(String[] args) throws ReflectiveOperationException {
        Map<String, Long> nanosByStep = new LinkedHashMap<>();
        long begin = System.nanoTime();
        ConnectionFactory factory =
                (ConnectionFactory)
                        Class.forName(args[0]).getConstructor(String.class).newInstance(args[1]);
        nanosByStep.put(STEPS[0], System.nanoTime() - begin);
        try (JMSContext context = factory.createContext()) {
            nanosByStep.put(STEPS[1], System.nanoTime() - begin);
            Queue queue = context.createQueue("first");
            JMSConsumer consumer = context.createConsumer(queue);
            nanosByStep.put(STEPS[2], System.nanoTime() - begin);
            context.createProducer().send(queue, "one espresso");
            nanosByStep.put(STEPS[3], System.nanoTime() - begin);
            String body = consumer.receiveBody(String.class, RECEIVE_LIMIT_MILLIS);
            nanosByStep.put(STEPS[4], System.nanoTime() - begin);
            if (!"one espresso".equals(body)) {
                throw new IllegalStateException(
                        "Expected the message within 30 s, but received " + body);
            }
        }
        nanosByStep.forEach(
                (step, nanos) -> System.out.println(PREFIX + step + "=" + nanos / 1_000));
    }
}
