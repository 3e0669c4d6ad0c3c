package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.ReceivedPart;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.TransactionFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The consumers of a session whose transactions a manager decides. */
final class BranchConsumers {

    private static final int MAX_CONSUMERS = 3;

    private final World world;
    private final Application application;
    private final BrokerConnection connection;
    private final Receiving session;
    private final Random random;
    private final List<TransactedConsumer> consumers = new ArrayList<>();
    private boolean opening;
    private boolean ended;

    BranchConsumers(
            World world,
            Application application,
            BrokerConnection connection,
            Receiving session,
            Random random) {
        this.world = world;
        this.application = application;
        this.connection = connection;
        this.session = session;
        this.random = random;
    }

    boolean isOpening() {
        return opening;
    }

    void tidy() {
        consumers.removeIf(TransactedConsumer::isFinished);
    }

    void each(Consumer<TransactedConsumer> action) {
        consumers.forEach(action);
    }

    /** All that they have, for the branch. */
    List<ReceivedPart> received() {
        List<ReceivedPart> received = new ArrayList<>();
        for (TransactedConsumer consumer : consumers) {
            TransactionFrame.Settlement settlement = consumer.settlement();
            if (!settlement.sequences().isEmpty()) {
                received.add(
                        new ReceivedPart(consumer.partition(), settlement, consumer::handedOver));
            }
        }
        return received;
    }

    void open(String queue) {
        boolean exclusive = queue.equals(application.managed());
        if (opening
                || !exclusive && consumers.size() >= MAX_CONSUMERS
                || exclusive
                        && consumers.stream().anyMatch(each -> each.subscription().equals(queue))) {
            return;
        }
        opening = true;
        var unused =
                connection
                        .locations()
                        .locateLater(MillraceDestination.of(DestinationKind.QUEUE, queue))
                        .whenComplete(
                                (located, failed) -> opened(queue, exclusive, located, failed));
    }

    private void opened(
            String queue,
            boolean exclusive,
            BrokerFrame.@Nullable Located located,
            @Nullable Throwable failed) {
        if (ended) {
            return;
        }
        opening = false;
        if (failed != null || located == null) {
            if (failed != null) {
                application.requireExpected(failed, ErrorCode.UNAVAILABLE);
            }
            return;
        }
        consumers.add(
                new TransactedConsumer(
                        world,
                        application.node,
                        connection,
                        session,
                        new SimulatedConsumer.Source(queue, exclusive, false),
                        located));
    }

    void closeOne() {
        if (!consumers.isEmpty()) {
            consumers.get(random.nextInt(consumers.size())).close();
        }
    }

    /** Their application died, or their connection is gone. */
    void gone() {
        ended = true;
        consumers.forEach(TransactedConsumer::gone);
    }

    @Override
    public String toString() {
        return consumers.toString();
    }
}
