package io.millrace.jms.client;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.Browsed;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.TrafficFrame;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a queue from its beginning to its end as it is then, a step at a time: whatever the
 * length of the queue, only the messages of one step are in memory.
 *
 * <p>The broker keeps nothing of it, so it goes on over any link. For one thread at a time.
 */
public final class BrowseCursor {

    /** Most messages of a step. */
    private static final int STEP_MESSAGES = 1_000;

    private final BrokerConnection connection;
    private final MillraceDestination queue;
    private final @Nullable String selector;
    private final DeliveryBuffer buffer = new DeliveryBuffer();
    private long position;
    private boolean atEnd;

    /**
     * A look from the beginning.
     *
     * @param selector null for none
     */
    public BrowseCursor(
            BrokerConnection connection, MillraceDestination queue, @Nullable String selector) {
        this.connection = connection;
        this.queue = queue;
        this.selector = selector;
    }

    /** Asks the broker whether queue and selector are such. Throws if not. */
    public void check() {
        step(0);
    }

    /** Whether there is another message; asks the broker if need be. */
    public boolean hasNext() {
        while (buffer.messages() == 0 && !atEnd) {
            Browsed step = step(STEP_MESSAGES);
            for (DeliveredRun run : step.runs()) {
                buffer.add(run);
            }
            position = step.position();
            atEnd = step.atEnd();
        }
        return buffer.messages() > 0;
    }

    /** The next message. Only if {@link #hasNext}. */
    public ConsumerCore.Given next() {
        return buffer.take();
    }

    private Browsed step(int messages) {
        BrokerFrame.Located located = connection.locations().locate(queue);
        return (Browsed)
                connection.ask(
                        id ->
                                new TrafficFrame.Browse(
                                        id,
                                        located.partition(),
                                        located.subscriptionId(),
                                        position,
                                        messages,
                                        connection.options().consumerCreditBytes(),
                                        selector));
    }
}
