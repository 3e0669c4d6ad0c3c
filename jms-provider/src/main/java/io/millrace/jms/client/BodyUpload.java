package io.millrace.jms.client;

import io.millrace.wire.BodyReference;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Sends the body of a large message ahead of it, in parts: {@code docs/PROTOCOL.md}, "Large
 * bodies". The parts are PERSISTENT messages of a producer of their own, so each is stored once
 * over as many links as it takes, and none is part of a transaction.
 *
 * <p>For one thread; its confirmations come from the connection's.
 */
public final class BodyUpload {

    /** Bytes of a part: with its heads it fits the smallest log's entries. */
    static final int PART_BYTES = 128 * 1024;

    /** So many parts are unconfirmed at most. */
    private static final int IN_FLIGHT = 8;

    /** Number of the kind of body that a part has: bytes. */
    private static final int BYTES_BODY = 2;

    private final BrokerConnection connection;
    private final int partition;
    private final BooleanSupplier stopped;

    // Guarded by this.
    private int unconfirmed;
    private @Nullable RuntimeException refusal;

    /**
     * An upload that has not begun.
     *
     * @param partition where the message that refers to the body will be
     * @param stopped whether nobody wants it any more; asked before each part
     */
    public BodyUpload(BrokerConnection connection, int partition, BooleanSupplier stopped) {
        this.connection = connection;
        this.partition = partition;
        this.stopped = stopped;
    }

    /**
     * Sends all that a stream has. If that fails, nothing of it stays at the broker.
     *
     * @throws RefusedException if the broker does not take it, or nobody wants it any more
     * @throws IOException if the stream cannot be read
     */
    public BodyReference send(InputStream body) throws IOException {
        BrokerFrame.Located located = connection.locations().createBody(partition);
        boolean whole = false;
        SessionProducer parts =
                new SessionProducer(connection, located.partition(), this::confirmed);
        try {
            BodyReference reference = sendParts(body, located.destinationId(), parts);
            parts.awaitIdle();
            requireTaken();
            whole = true;
            return reference;
        } finally {
            parts.close();
            if (!whole) {
                connection.locations().dropBody(located.partition(), located.destinationId());
            }
        }
    }

    private BodyReference sendParts(InputStream body, long destinationId, SessionProducer parts)
            throws IOException {
        CRC32C checksum = new CRC32C();
        long bytes = 0;
        int count = 0;
        while (true) {
            byte[] part = body.readNBytes(PART_BYTES);
            if (part.length == 0) {
                return new BodyReference(0, destinationId, bytes, count, (int) checksum.getValue());
            }
            awaitRoom();
            parts.send(destinationId, System.currentTimeMillis(), new Part(part), this);
            // Two of them may be more than the broker's log takes at once.
            parts.flush();
            checksum.update(part);
            bytes += part.length;
            count++;
        }
    }

    private synchronized void awaitRoom() {
        boolean interrupted = false;
        while (unconfirmed >= IN_FLIGHT && refusal == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        requireTaken();
        unconfirmed++;
    }

    private synchronized void requireTaken() {
        RuntimeException reason = refusal;
        if (reason != null) {
            throw reason;
        }
        if (stopped.getAsBoolean()) {
            throw new RefusedException(
                    ErrorCode.UNAVAILABLE,
                    "Expected to send the body of a large message, but its session was closed"
                            + " meanwhile; nothing was sent");
        }
    }

    private synchronized void confirmed(ProducerCore.Batch batch) {
        unconfirmed -= batch.attachments().size();
        if (refusal == null) {
            refusal = batch.refusal();
        }
        notifyAll();
    }

    /** One part: a record with nothing but bytes. */
    private record Part(byte[] bytes) implements SessionProducer.Outgoing {

        @Override
        public void encode(WireOutput to, long baseTimeMillis) {
            int start =
                    MessageHead.begin(
                            to,
                            new MessageHead.Fields(
                                    MessageHead.PERSISTENT,
                                    MessageHead.DEFAULT_PRIORITY,
                                    BYTES_BODY,
                                    0,
                                    0,
                                    0,
                                    0));
            int bodyStart = to.size();
            to.writeBytes(bytes, 0, bytes.length);
            MessageHead.finish(to, start, bodyStart, bodyStart);
        }

        @Override
        public boolean isPersistent() {
            return true;
        }

        @Override
        public void numbered(Id128 producerId, long sequence) {
            // Nobody asks for the id of a part.
        }
    }
}
