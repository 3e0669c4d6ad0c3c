package io.millrace.examples;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Sends each quake of the feed to a topic, and a job to locate it to a queue; when it is killed and
 * run again, it goes on where it was.
 *
 * <p><b>How it knows where it was.</b> It keeps no file. It subscribes, durably, to the topic that
 * it publishes to, and leaves one message of that subscription unacknowledged: the last that it has
 * sent. That message is its bookmark, in the broker's keeping:
 *
 * <ol>
 *   <li>send quake n + 1: when {@code send} returns, it is on the broker's disk;
 *   <li>acknowledge the bookmark, quake n;
 *   <li>receive quake n + 1: the new bookmark.
 * </ol>
 *
 * <p>A crash leaves n, or n + 1, or both in the subscription, and each tells exactly what the topic
 * has got, even when the crash came before {@code send} could return. So no quake is missing from
 * the topic, and none is in it twice.
 *
 * <p><b>What stays open.</b> A quake and its job go to two places, in two steps. After a crash one
 * of the jobs may have been sent already, and nothing here can tell. So the first job of each run
 * says that it may be a second copy (property {@code resent}). A transaction over both sends would
 * make the doubt go away; the worker, which has to stand redelivery anyhow, makes it harmless.
 */
public final class QuakePublisher {

    static final String CLIENT_ID = "quake-publisher";

    private final ConnectionFactory factory;
    private volatile int published = -1;

    QuakePublisher(ConnectionFactory factory) {
        this.factory = factory;
    }

    public static void main(String[] arguments) throws InterruptedException {
        Settings settings = Settings.fromCommandLine(arguments);
        QuakePublisher publisher = new QuakePublisher(settings.connectionFactory());
        publisher.run(EarthquakeFeed.load(), settings.pause(), () -> true);
        System.out.println("All " + publisher.published() + " quakes are published.");
    }

    /**
     * How many quakes the topic has got, in this run and all before it; -1 before the bookmark is
     * found.
     */
    int published() {
        return published;
    }

    /** Publishes what the topic has not got yet, with a pause after each quake. */
    void run(List<Quake> quakes, Duration pause, BooleanSupplier goOn) throws InterruptedException {
        try (JMSContext context = factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            context.setClientID(CLIENT_ID);
            Topic topic = context.createTopic(QuakeMessage.QUAKES);
            Queue locate = context.createQueue(QuakeMessage.LOCATE);
            JMSProducer producer = context.createProducer();
            JMSConsumer bookmark = context.createDurableConsumer(topic, "bookmark");

            int first = lastPosition(bookmark) + 1;
            published = first;
            for (int n = first; n < quakes.size() && goOn.getAsBoolean(); n++) {
                Quake quake = quakes.get(n);
                producer.send(locate, QuakeMessage.locateJob(quake, n == first, context));
                producer.send(topic, QuakeMessage.announcing(quake, n, context));
                context.acknowledge();
                bookmark.receive();
                published = n + 1;
                Thread.sleep(pause.toMillis());
            }
            // The last bookmark stays unacknowledged: the next run finds it.
        }
    }

    /** The position of the last quake that the topic has got, or -1 when it has none. */
    private static int lastPosition(JMSConsumer bookmark) {
        int last = -1;
        // A bookmark is waiting when the connection is there, or never comes. This wait is only
        // long
        // enough not to take a slow machine for an empty topic.
        Message message = bookmark.receive(2_000);
        while (message != null) {
            last = Math.max(last, QuakeMessage.feedPosition(message));
            message = bookmark.receive(200);
        }
        return last;
    }
}
