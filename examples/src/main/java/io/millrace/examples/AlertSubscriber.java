package io.millrace.examples;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Topic;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Cries out at each quake of magnitude 5 and more. It has a listener where the other programs ask
 * for each message: the provider calls it, one message after the other.
 *
 * <p>The session acknowledges a message when the listener has returned ({@code AUTO_ACKNOWLEDGE},
 * the default). Whoever is killed within the listener gets the message again.
 */
public final class AlertSubscriber {

    static final double ALERTING_MAGNITUDE = 5;
    static final String CLIENT_ID = "quake-alerts";

    private final ConnectionFactory factory;
    private final ResultFile alerts;
    private final Consumer<String> say;

    AlertSubscriber(ConnectionFactory factory, ResultFile alerts, Consumer<String> say) {
        this.factory = factory;
        this.alerts = alerts;
        this.say = say;
    }

    public static void main(String[] arguments) throws InterruptedException {
        Settings settings = Settings.fromCommandLine(arguments);
        ConnectionFactory factory = settings.connectionFactory();
        try (ResultFile alerts = ResultFile.open(settings.resultFile("alerts"))) {
            new AlertSubscriber(factory, alerts, System.out::println).run(() -> true);
        }
    }

    /** Makes the subscription, which holds from now on what is sent, and leaves. */
    void subscribe() throws InterruptedException {
        run(() -> false);
    }

    /** Listens for as long as it is told to go on. */
    void run(BooleanSupplier goOn) throws InterruptedException {
        try (JMSContext context = factory.createContext()) {
            context.setClientID(CLIENT_ID);
            Topic topic = context.createTopic(QuakeMessage.QUAKES);
            // All quakes come here and most are dropped in the listener. That is a selector's work
            // ("magnitude >= 5"), done by the broker, but this provider has no selectors yet.
            JMSConsumer consumer = context.createDurableConsumer(topic, "alerts");
            if (goOn.getAsBoolean()) {
                consumer.setMessageListener(this::onQuake);
            }
            while (goOn.getAsBoolean()) {
                Thread.sleep(50);
            }
            // Closing the context waits for a listener that is at work.
        }
    }

    private void onQuake(Message quake) {
        try {
            double magnitude = quake.getDoubleProperty(QuakeMessage.MAGNITUDE);
            if (magnitude >= ALERTING_MAGNITUDE) {
                String place = quake.getStringProperty(QuakeMessage.PLACE);
                alerts.append(
                        quake.getStringProperty(QuakeMessage.ID),
                        Arrival.of(quake),
                        Double.toString(magnitude),
                        place);
                alerts.force();
                say.accept("ALERT: magnitude " + magnitude + ", " + place);
            }
        } catch (JMSException e) {
            throw QuakeMessage.unchecked(e);
        }
    }
}
