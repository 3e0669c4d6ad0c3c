package io.millrace.examples;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes every quake to a file, and misses none although it is often offline: its subscription is
 * durable, so the broker keeps for it what comes meanwhile.
 *
 * <p>It writes many messages, forces them to the disk at once, and acknowledges them at once: with
 * {@code CLIENT_ACKNOWLEDGE}, one call acknowledges all that the session has received. The order of
 * the three is what matters. Acknowledged first and killed before the file is written, a quake
 * would be lost; this way round it comes again, with {@code JMSRedelivered} set.
 */
public final class ArchiveSubscriber {

    static final String CLIENT_ID = "quake-archive";
    private static final String SUBSCRIPTION = "archive";
    private static final int MOST_UNACKNOWLEDGED = 50;

    private final ConnectionFactory factory;
    private final ResultFile archive;

    ArchiveSubscriber(ConnectionFactory factory, ResultFile archive) {
        this.factory = factory;
        this.archive = archive;
    }

    public static void main(String[] arguments) {
        Settings settings = Settings.fromCommandLine(arguments);
        ConnectionFactory factory = settings.connectionFactory();
        try (ResultFile archive = ResultFile.open(settings.resultFile("archive"))) {
            System.out.println("In the archive: " + archive.distinct() + "; until Ctrl-C or kill.");
            new ArchiveSubscriber(factory, archive).run(() -> true);
        }
    }

    /** Makes the subscription, which holds from now on what is sent, and leaves. */
    void subscribe() {
        run(() -> false);
    }

    /** Is online for as long as it is told to go on. */
    void run(BooleanSupplier goOn) {
        try (JMSContext context = factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            // A durable subscription belongs to a client id, and is found again by its name.
            context.setClientID(CLIENT_ID);
            Topic topic = context.createTopic(QuakeMessage.QUAKES);
            JMSConsumer consumer = context.createDurableConsumer(topic, SUBSCRIPTION);

            int unacknowledged = 0;
            while (goOn.getAsBoolean()) {
                Message message = consumer.receive(100);
                if (message != null) {
                    write(message);
                    unacknowledged++;
                }
                boolean idle = message == null && unacknowledged > 0;
                if (idle || unacknowledged == MOST_UNACKNOWLEDGED) {
                    archive.force();
                    context.acknowledge();
                    unacknowledged = 0;
                }
            }
            if (unacknowledged > 0) {
                archive.force();
                context.acknowledge();
            }
        }
    }

    private void write(Message message) {
        try {
            archive.append(
                    message.getStringProperty(QuakeMessage.ID),
                    Arrival.of(message),
                    message.getBody(String.class));
        } catch (JMSException e) {
            throw QuakeMessage.unchecked(e);
        }
    }

    /** The quakes in an archive's file, each once, in the order in which they arrived. */
    static List<Quake> quakes(Path file) {
        List<Quake> quakes = new ArrayList<>();
        for (ResultFile.Row row : ResultFile.firstOfEachKey(ResultFile.read(file))) {
            quakes.add(EarthquakeFeed.parse(row.columns().get(0)));
        }
        return quakes;
    }
}
