package io.millrace.jms.net;

import io.millrace.wire.EmbeddedBrokers;
import io.millrace.wire.FrameLink;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link to a broker in this JVM. What the broker sends is handed to a thread of the client, so
 * that the application can never hold up the broker: to one of the link's own, or to one of the
 * application's that waits for an answer anyway, which saves a change of threads. Whoever takes
 * arrivals holds the lock.
 */
public final class HandOverLink implements FrameLink, FrameLink.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(HandOverLink.class);

    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final ReentrantLock taking = new ReentrantLock();
    private final FrameLink.Listener listener;
    private final FrameLink link;
    private final Thread thread;

    /** The application's thread that takes arrivals, or null. */
    private volatile @Nullable Thread lent;

    private volatile boolean parked;

    /** A frame, or the end if the array is empty. */
    private record Arrival(byte[] array, int offset, int length, String closeReason) {

        boolean isEnd() {
            return array.length == 0;
        }
    }

    private HandOverLink(EmbeddedBrokers.Reference broker, FrameLink.Listener listener) {
        this.listener = listener;
        this.thread = new Thread(this::run, "millrace-client-inbound");
        this.thread.setDaemon(true);
        this.link = broker.connect(this);
    }

    /** Connects to the broker and starts the thread; it ends with the link. */
    public static FrameLink connect(EmbeddedBrokers.Reference broker, FrameLink.Listener listener) {
        HandOverLink handOver = new HandOverLink(broker, listener);
        handOver.thread.start();
        return handOver;
    }

    // --- what the client sends ---

    @Override
    public void send(byte[] array, int offset, int length) {
        link.send(array, offset, length);
    }

    @Override
    public void queue(byte[] array, int offset, int length) {
        link.queue(array, offset, length);
    }

    @Override
    public void flush() {
        link.flush();
    }

    @Override
    public void close() {
        link.close();
    }

    @Override
    public void pauseReading(boolean paused) {
        link.pauseReading(paused);
    }

    // --- what the broker sends, in its threads ---

    @Override
    public void received(byte[] array, int offset, int length) {
        add(new Arrival(array, offset, length, ""));
    }

    @Override
    public void closed(String reason) {
        add(new Arrival(new byte[0], 0, 0, reason));
    }

    private void add(Arrival arrival) {
        arrivals.add(arrival);
        Thread taker = lent;
        if (taker != null) {
            if (taker != Thread.currentThread()) {
                LockSupport.unpark(taker);
            }
        } else if (parked) {
            LockSupport.unpark(thread);
        }
    }

    // --- who takes it ---

    @Override
    public void lendUntil(BooleanSupplier done) {
        if (taking.isHeldByCurrentThread()) {
            link.flush();
            return;
        }
        if (!taking.tryLock()) {
            link.lendUntil(done);
            return;
        }
        boolean interrupted = false;
        lent = Thread.currentThread();
        try {
            link.lendUntil(done);
            while (!done.getAsBoolean()) {
                Arrival next = arrivals.peek();
                if (next == null) {
                    LockSupport.park(this);
                    // Whether an interrupt ends the wait is for the caller to say.
                    interrupted |= Thread.interrupted();
                    if (interrupted) {
                        return;
                    }
                } else if (next.isEnd()) {
                    return;
                } else {
                    arrivals.remove();
                    take(next);
                }
            }
        } finally {
            lent = null;
            taking.unlock();
            if (!arrivals.isEmpty()) {
                LockSupport.unpark(thread);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        while (true) {
            taking.lock();
            try {
                for (Arrival next = arrivals.poll(); next != null; next = arrivals.poll()) {
                    if (next.isEnd()) {
                        listener.closed(next.closeReason);
                        return;
                    }
                    take(next);
                }
            } finally {
                taking.unlock();
            }
            parked = true;
            if (arrivals.isEmpty() || lent != null) {
                LockSupport.park(this);
            }
            parked = false;
        }
    }

    private void take(Arrival arrival) {
        try {
            listener.received(arrival.array, arrival.offset, arrival.length);
        } catch (RuntimeException e) {
            // As on a socket: a new link begins with a clean slate.
            LOG.error("closing the link", e);
            link.close();
        }
    }
}
