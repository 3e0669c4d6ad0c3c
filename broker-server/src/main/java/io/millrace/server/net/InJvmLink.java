package io.millrace.server.net;

import io.millrace.wire.FrameLink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A pair of links inside one JVM: what the client sends is handled by the broker on the client's
 * thread, what the broker sends is handed to the client's listener on the partition's thread.
 * Nothing is copied.
 */
public final class InJvmLink {

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Object inboundLock = new Object();

    /**
     * Where senders wait; never held together with the other lock, which the broker is called in.
     */
    private final Object roomLock = new Object();

    private final FrameLink.Listener client;
    private final FrameLink.Listener broker;
    private volatile boolean paused;

    private InJvmLink(FrameLink.Listener client, Function<FrameLink, FrameLink.Listener> accept) {
        this.client = client;
        this.broker = accept.apply(new BrokerSide());
    }

    /** Connects a client's listener with a broker and returns the client's side. */
    public static FrameLink connect(
            FrameLink.Listener client, Function<FrameLink, FrameLink.Listener> accept) {
        return new InJvmLink(client, accept).new ClientSide();
    }

    private static void split(byte[] array, int offset, int length, FrameLink.Listener to) {
        int at = offset;
        while (at < offset + length) {
            int frameBytes = (int) INT.get(array, at);
            to.received(array, at + Integer.BYTES, frameBytes);
            at += Integer.BYTES + frameBytes;
        }
    }

    private void closeBoth(String reason) {
        if (closed.compareAndSet(false, true)) {
            synchronized (roomLock) {
                paused = false;
                roomLock.notifyAll();
            }
            broker.closed(reason);
            client.closed(reason);
        }
    }

    /** What the client holds. */
    private final class ClientSide implements FrameLink {

        @Override
        public void send(byte[] array, int offset, int length) {
            queue(array, offset, length);
            flush();
        }

        @Override
        public void queue(byte[] array, int offset, int length) {
            awaitRoom();
            synchronized (inboundLock) {
                if (!closed.get()) {
                    split(array, offset, length, broker);
                }
            }
        }

        @Override
        public void flush() {
            broker.readComplete(false);
        }

        /** The caller waits anyway, so it may do a turn of the broker and wait for its flush. */
        @Override
        public void lendUntil(BooleanSupplier done) {
            broker.readComplete(true);
        }

        /** A broker that is behind makes its clients wait, as a socket would. */
        private void awaitRoom() {
            if (!paused) {
                return;
            }
            // Room comes from what was queued before.
            flush();
            boolean interrupted = false;
            synchronized (roomLock) {
                while (paused && !closed.get()) {
                    try {
                        roomLock.wait();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            closeBoth("the client closed the link");
        }

        @Override
        public void pauseReading(boolean pause) {
            // The client queues what arrives; its credit bounds how much that is.
        }
    }

    /** What the broker holds. */
    private final class BrokerSide implements FrameLink {

        @Override
        public void send(byte[] array, int offset, int length) {
            if (!closed.get()) {
                split(array, offset, length, client);
            }
        }

        @Override
        public void close() {
            closeBoth("the broker closed the link");
        }

        @Override
        public void pauseReading(boolean pause) {
            synchronized (roomLock) {
                paused = pause;
                roomLock.notifyAll();
            }
        }
    }
}
