package io.millrace.bench;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Puts the connections, sessions, producers and consumers of a {@link Traffic} together. Owned by
 * the driver's main thread.
 */
final class Wiring {

    /** Where messages of one sequence of numbers go. */
    record Lane(Session session, MessageProducer producer) {}

    private final ConnectionFactory factory;
    private final List<Connection> producing = new ArrayList<>();
    private final List<Connection> consuming = new ArrayList<>();
    private final List<Arrivals> arrivals = new ArrayList<>();

    Wiring(ConnectionFactory factory) {
        this.factory = factory;
    }

    /** A session with a connection of its own, to send. */
    Session producerSession(boolean transacted) throws JMSException {
        return producerConnection()
                .createSession(
                        transacted,
                        transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
    }

    /** A connection to send. */
    Connection producerConnection() throws JMSException {
        Connection connection = factory.createConnection();
        producing.add(connection);
        return connection;
    }

    /** A session with a connection of its own, to receive; with a client id unless it is empty. */
    Session consumerSession(String clientId) throws JMSException {
        Connection connection = factory.createConnection();
        consuming.add(connection);
        if (!clientId.isEmpty()) {
            connection.setClientID(clientId);
        }
        return connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    }

    static Lane lane(Session session, Destination destination, int deliveryMode)
            throws JMSException {
        MessageProducer producer = session.createProducer(destination);
        producer.setDeliveryMode(deliveryMode);
        return new Lane(session, producer);
    }

    /** Has a session's arrivals counted when the traffic is asked for its faults. */
    Arrivals watched(Arrivals each) {
        arrivals.add(each);
        return each;
    }

    /** One session that listens to a queue; lane i of the bodies counts for window i. */
    void consume(String queue, int bodyBytes, SendWindow... windowByLane) throws JMSException {
        Session session = consumerSession("");
        session.createConsumer(session.createQueue(queue))
                .setMessageListener(
                        watched(new Arrivals(bodyBytes, windowByLane.length, windowByLane)));
    }

    /** One producer, whose messages each reach {@code copies} consumers. */
    Traffic start(Traffic.Sender sender, SendWindow received, int copies) throws JMSException {
        return start(List.of(new Traffic.Producer(sender, received, copies)));
    }

    Traffic start(List<Traffic.Producer> producers) throws JMSException {
        Traffic traffic = new Traffic(producers, arrivals, producing, consuming);
        traffic.start();
        return traffic;
    }

    static SendWindow[] windows(int count, int limit) {
        return IntStream.range(0, count)
                .mapToObj(i -> new SendWindow("messages received", limit))
                .toArray(SendWindow[]::new);
    }
}
