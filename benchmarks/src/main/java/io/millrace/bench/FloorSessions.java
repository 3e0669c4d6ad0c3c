package io.millrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Senders on one socket, each of which waits for the confirmation of its record. What they bring at
 * the same time is written at once; confirmations come in the order of the records.
 */
final class FloorSessions {

    private final FloorSocket socket;
    private final int senders;
    private final ConcurrentLinkedQueue<Sender> waiting = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Sender> unconfirmed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean writing = new AtomicBoolean();

    // Of whoever writes.
    private final ByteBuffer records;

    private static final class Sender {
        private final Thread thread = Thread.currentThread();
        private volatile boolean confirmed;
    }

    FloorSessions(FloorSocket socket, int senders) {
        this.socket = socket;
        this.senders = senders;
        this.records = ByteBuffer.allocateDirect(senders * FloorServer.RECORD_BYTES);
    }

    /** Sends one record after the other, until the socket is closed. */
    void produce(LongAdder sent) throws IOException {
        Sender sender = new Sender();
        while (true) {
            sender.confirmed = false;
            waiting.add(sender);
            write();
            while (!sender.confirmed) {
                if (!socket.isOpen()) {
                    throw new ClosedChannelException();
                }
                LockSupport.park(this);
            }
            sent.increment();
        }
    }

    private void write() throws IOException {
        while (!waiting.isEmpty() && writing.compareAndSet(false, true)) {
            int count = 0;
            for (Sender next = waiting.poll(); next != null; next = waiting.poll()) {
                unconfirmed.add(next);
                count++;
            }
            socket.write(records.clear().limit(count * FloorServer.RECORD_BYTES));
            writing.set(false);
        }
    }

    /** Wakes whose records are confirmed, until the socket is closed. */
    void hearConfirmations() throws IOException {
        ByteBuffer acks = ByteBuffer.allocateDirect(senders * FloorServer.ACK_BYTES);
        int pending = 0;
        while (true) {
            pending += socket.read(acks.clear());
            for (; pending >= FloorServer.ACK_BYTES; pending -= FloorServer.ACK_BYTES) {
                Sender first = unconfirmed.remove();
                first.confirmed = true;
                LockSupport.unpark(first.thread);
            }
        }
    }
}
