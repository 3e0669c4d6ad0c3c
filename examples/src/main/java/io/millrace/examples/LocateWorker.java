package io.millrace.examples;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Takes jobs from a queue and finds the grid square of each quake. Several workers share the queue:
 * each job goes to one of them, and when that one dies, to another.
 *
 * <p>Written in the classic API, for comparison: connection, session and consumer are objects of
 * their own, nothing is delivered before {@code start}, and exceptions are checked. The simplified
 * API of the other programs does the same in fewer words.
 */
public final class LocateWorker {

    private final ConnectionFactory factory;
    private final String name;
    private final ResultFile located;
    private final Consumer<String> say;

    LocateWorker(ConnectionFactory factory, String name, ResultFile located, Consumer<String> say) {
        this.factory = factory;
        this.name = name;
        this.located = located;
        this.say = say;
    }

    /** Arguments: the worker's name, and options. */
    public static void main(String[] arguments) throws JMSException {
        Settings settings = Settings.fromCommandLine(arguments);
        String name = settings.words().isEmpty() ? "worker" : settings.words().get(0);
        ConnectionFactory factory = settings.connectionFactory();
        try (ResultFile located = ResultFile.open(settings.resultFile("located-" + name))) {
            new LocateWorker(factory, name, located, System.out::println).run(() -> true);
        }
    }

    /** Works for as long as it is told to go on. */
    void run(BooleanSupplier goOn) throws JMSException {
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
            Queue queue = session.createQueue(QuakeMessage.LOCATE);
            MessageConsumer jobs = session.createConsumer(queue);
            connection.start();
            while (goOn.getAsBoolean()) {
                Message message = jobs.receive(100);
                if (message instanceof MapMessage job) {
                    locate(job);
                    // Not AUTO_ACKNOWLEDGE: that acknowledges when receive() returns, and a worker
                    // that is killed just then would have taken the job along.
                    job.acknowledge();
                }
            }
        }
    }

    private void locate(MapMessage job) throws JMSException {
        String id = job.getString(QuakeMessage.ID);
        String square =
                GridLocator.of(
                        job.getDouble(QuakeMessage.LATITUDE),
                        job.getDouble(QuakeMessage.LONGITUDE));
        located.append(id, Arrival.of(job), square);
        located.force();
        say.accept(name + ": " + id + " lies in " + square);
    }
}
