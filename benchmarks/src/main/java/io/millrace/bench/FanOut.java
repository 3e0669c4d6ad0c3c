package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.List;
import java.util.Locale;

/**
 * One asynchronous producer on a topic with several durable subscriptions, each with a consumer;
 * the consumers share a session. The subscriptions stay when it ends.
 */
record FanOut(int subscriptions) implements Workload {

    private static final int BODY_BYTES = 100;

    @Override
    public String name() {
        return "fan-out-" + subscriptions;
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "asynchronous persistent sends of %d bytes to a topic with %,d durable subscription%s",
                BODY_BYTES,
                subscriptions,
                subscriptions == 1 ? "" : "s");
    }

    @Override
    public Load start(ConnectionFactory factory, String name) throws JMSException {
        Wiring wiring = new Wiring(factory);
        int fewest = WINDOW / 4;
        SendWindow received =
                new SendWindow(
                        "deliveries received",
                        Math.max(BACKLOG, Math.multiplyExact(fewest, subscriptions)));
        Session consuming = wiring.consumerSession("bench." + name);
        Topic topic = consuming.createTopic(name);
        for (int i = 0; i < subscriptions; i++) {
            consuming
                    .createDurableSubscriber(topic, "subscription-" + i)
                    .setMessageListener(wiring.watched(new Arrivals(BODY_BYTES, received)));
        }
        Session producing = wiring.producerSession(false);
        Wiring.Lane lane = Wiring.lane(producing, topic, DeliveryMode.PERSISTENT);
        AsyncSender sender = new AsyncSender(List.of(lane), new Body(BODY_BYTES), WINDOW);
        return wiring.start(sender, received, subscriptions);
    }
}
