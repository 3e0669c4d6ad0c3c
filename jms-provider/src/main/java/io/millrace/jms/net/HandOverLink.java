package io.millrace.jms.net;

import io.millrace.wire.EmbeddedBrokers;
import io.millrace.wire.FrameLink;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link to a broker in this JVM. What the broker sends is handed to a thread of the client, so
 * that the application can never hold up the broker.
 */
public final class HandOverLink implements FrameLink.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(HandOverLink.class);

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final FrameLink.Listener listener;

    /** A frame, or the end if the array is empty. */
    private record Arrival(byte[] array, int offset, int length, String closeReason) {}

    private HandOverLink(FrameLink.Listener listener) {
        this.listener = listener;
    }

    /** Connects to the broker and starts the thread; it ends with the link. */
    public static FrameLink connect(EmbeddedBrokers.Reference broker, FrameLink.Listener listener) {
        HandOverLink handOver = new HandOverLink(listener);
        FrameLink link = broker.connect(handOver);
        Thread thread = new Thread(() -> handOver.run(link), "millrace-client-inbound");
        thread.setDaemon(true);
        thread.start();
        return link;
    }

    @Override
    public void received(byte[] array, int offset, int length) {
        arrivals.add(new Arrival(array, offset, length, ""));
    }

    @Override
    public void closed(String reason) {
        arrivals.add(new Arrival(new byte[0], 0, 0, reason));
    }

    private void run(FrameLink link) {
        while (true) {
            Arrival next;
            try {
                next = arrivals.take();
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt this thread; it ends with its link.
                continue;
            }
            if (next.array.length == 0) {
                listener.closed(next.closeReason);
                return;
            }
            try {
                listener.received(next.array, next.offset, next.length);
            } catch (RuntimeException e) {
                // As on a socket: a new link begins with a clean slate.
                LOG.error("closing the link", e);
                link.close();
            }
        }
    }
}
