package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.WireOutput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session's sends at one partition: collects messages into batches, numbers them, and keeps them
 * until they are confirmed.
 *
 * <p>A batch leaves at once while fewer than {@code send.batches.in.flight} are unconfirmed; else
 * it grows, and leaves when a confirmation arrives. So it is the broker's pace that makes batches,
 * not a timer. Guarded by its own monitor: whoever calls a method holds it.
 */
public final class ProducerCore implements SendCore {

    /** A header's worth of room beside the messages. */
    private static final int FRAME_MARGIN_BYTES = 128;

    private final ClientOptions options;
    private final FrameOutput output;
    private final int partition;
    private final int handle;
    private final Id128 producerId;

    // Valid for the session: survives a lost link.
    private final ArrayDeque<Batch> unconfirmed = new ArrayDeque<>();
    private @Nullable Batch open;
    private long nextSequence = 1;
    private int unconfirmedMessages;
    private long unconfirmedBytes;
    private int lastBatchBytes = 256;
    private boolean openedBefore;
    private @Nullable RuntimeException failure;

    // Valid for the connection: begins anew with each link.
    private boolean linked;

    /** Whoever flushes waits for the answer in a moment. */
    private boolean awaited;

    /** What is promised about a message. */
    public enum Mode {
        /** Is sent again over the next link, until it is confirmed or refused. */
        PERSISTENT,
        /** Is sent once. Who sent it hears what became of it. */
        NON_PERSISTENT,
        /** The same, and who sent it does not wait to hear. */
        UNAWAITED
    }

    /** Messages that travel together. */
    public static final class Batch {
        private final long destinationId;
        private final boolean persistent;
        private final long firstSequence;
        private final long baseTimeMillis;
        private final WireOutput frame;
        private final int batchStart;
        private int count;
        private int bytes;
        private volatile boolean done;
        private @Nullable RuntimeException refusal;
        private @Nullable List<Object> attachments;
        private boolean unawaited;
        private boolean transmitted;
        private boolean lost;

        private Batch(
                long destinationId,
                boolean persistent,
                long firstSequence,
                long baseTimeMillis,
                WireOutput frame,
                int batchStart) {
            this.destinationId = destinationId;
            this.persistent = persistent;
            this.firstSequence = firstSequence;
            this.baseTimeMillis = baseTimeMillis;
            this.frame = frame;
            this.batchStart = batchStart;
        }

        /** Milliseconds since 1970 that time-stamps of this batch count from. */
        public long baseTimeMillis() {
            return baseTimeMillis;
        }

        /** Where to write the next message. */
        public WireOutput frame() {
            return frame;
        }

        /** Whether it was confirmed or refused. */
        public boolean isDone() {
            return done;
        }

        /** Why it was refused, or null. */
        public @Nullable RuntimeException refusal() {
            return refusal;
        }

        /** Whether nobody will ask what became of some of its messages. */
        boolean isUnawaited() {
            return unawaited;
        }

        /** Whether it went down with its link. */
        boolean isLost() {
            return lost;
        }

        /** How many messages it holds. */
        int count() {
            return count;
        }

        /** What {@link ProducerCore#added} attached to the messages, in order. */
        public List<Object> attachments() {
            return attachments == null ? List.of() : attachments;
        }

        /** Whether a message that was written last makes it larger than a frame may be. */
        boolean isOversized() {
            return frame.size() - Integer.BYTES > Frame.MAX_SEND_BYTES;
        }

        boolean isEmpty() {
            return count == 0;
        }

        long lastSequence() {
            return firstSequence + count - 1;
        }
    }

    public ProducerCore(
            ClientOptions options,
            FrameOutput output,
            int partition,
            int handle,
            Id128 producerId) {
        this.options = options;
        this.output = output;
        this.partition = partition;
        this.handle = handle;
        this.producerId = producerId;
    }

    @Override
    public int handle() {
        return handle;
    }

    public Id128 producerId() {
        return producerId;
    }

    int partition() {
        return partition;
    }

    /** Whether one more message may be added now; else wait for a confirmation. */
    public boolean hasRoom() {
        Batch growing = open;
        boolean batchFull = growing != null && growing.frame.size() >= options.sendBatchBytes();
        return unconfirmedMessages < options.sendWindow()
                && unconfirmedBytes < options.sendWindowBytes()
                && !batchFull;
    }

    /** Why nothing can be sent any more, or null. */
    public @Nullable RuntimeException failure() {
        return failure;
    }

    /** Whether nothing is waiting for a confirmation. */
    public boolean isIdle() {
        return unconfirmedMessages == 0;
    }

    /**
     * The batch that the next message to this destination goes into. PERSISTENT and NON_PERSISTENT
     * ones do not share any: a batch is sent again as a whole, or not at all.
     */
    public Batch batchFor(long destinationId, long nowMillis, Mode mode) {
        boolean persistent = mode == Mode.PERSISTENT;
        Batch growing = open;
        if (growing != null
                && (growing.destinationId != destinationId
                        || growing.persistent != persistent
                        || growing.count == MessageBatch.MAX_MESSAGES
                        || !MessageBatch.isInReach(growing.baseTimeMillis, nowMillis))) {
            seal();
            growing = null;
        }
        if (growing == null) {
            WireOutput frame = new WireOutput(roomForOneLike(lastBatchBytes) + FRAME_MARGIN_BYTES);
            frame.writeInt(0).writeByte(TrafficFrame.Send.TYPE).writeByte(0);
            TrafficFrame.Send.writePrefix(frame, handle, 0, destinationId);
            int batchStart = frame.size();
            MessageBatch.writeHeader(frame, producerId, nextSequence, nowMillis, new byte[0]);
            growing =
                    new Batch(
                            destinationId, persistent, nextSequence, nowMillis, frame, batchStart);
            open = growing;
        }
        growing.unawaited |= mode == Mode.UNAWAITED;
        return growing;
    }

    /**
     * A message was written to the batch.
     *
     * @param attachment something to find again at the batch once it is done, null for nothing
     */
    public void added(Batch batch, @Nullable Object attachment) {
        batch.count++;
        unconfirmedMessages++;
        int grown = batch.frame.size() - batch.bytes;
        batch.bytes += grown;
        unconfirmedBytes += grown;
        if (attachment != null) {
            if (batch.attachments == null) {
                batch.attachments = new ArrayList<>();
            }
            batch.attachments.add(attachment);
        }
        nextSequence++;
    }

    /** The number of the message that is added next. */
    public long nextSequence() {
        return nextSequence;
    }

    /**
     * Lets everything go. The caller then waits for the answer, and says so without holding the
     * monitor: {@link io.millrace.wire.FrameLink#lendUntil}.
     */
    public void flushAwaited() {
        awaited = true;
        try {
            flush(true);
        } finally {
            awaited = false;
        }
    }

    /** Lets a batch go that should not wait, if the broker's pace allows. */
    public void flush(boolean evenIfBusy) {
        if (open != null
                && open.count > 0
                && (evenIfBusy || unconfirmed.size() < options.sendBatches())) {
            seal();
        }
    }

    /** Takes back a message that was not added: it could not be written, or does not fit. */
    public void abandon(Batch batch, int frameSizeBefore) {
        batch.frame.truncate(frameSizeBefore);
        if (batch.count == 0) {
            open = null;
        }
    }

    private void seal() {
        Batch batch = open;
        if (batch == null || batch.count == 0) {
            return;
        }
        open = null;
        MessageBatch.setCount(batch.frame, batch.batchStart, batch.count);
        batch.frame.setInt(0, batch.frame.size() - Integer.BYTES);
        lastBatchBytes = batch.frame.size();
        unconfirmed.add(batch);
        if (linked) {
            transmit(batch);
        }
    }

    private void transmit(Batch batch) {
        batch.transmitted = true;
        if (awaited) {
            output.queueEncoded(batch.frame.array(), batch.frame.size());
        } else {
            output.sendEncoded(batch.frame.array(), batch.frame.size());
        }
    }

    @Override
    public List<Batch> confirmed(long upToSequence) {
        openedBefore = true;
        List<Batch> done = new ArrayList<>(1);
        for (Batch batch = unconfirmed.peek();
                batch != null && batch.lastSequence() <= upToSequence;
                batch = unconfirmed.peek()) {
            unconfirmed.remove();
            finish(batch, null);
            done.add(batch);
        }
        flush(false);
        return done;
    }

    @Override
    public List<Batch> refused(long firstSequence, RuntimeException refusal) {
        for (Batch batch : unconfirmed) {
            if (batch.firstSequence == firstSequence) {
                unconfirmed.remove(batch);
                finish(batch, refusal);
                flush(false);
                return List.of(batch);
            }
        }
        return List.of();
    }

    private void finish(Batch batch, @Nullable RuntimeException refusal) {
        batch.refusal = refusal;
        batch.done = true;
        unconfirmedMessages -= batch.count;
        unconfirmedBytes -= batch.bytes;
    }

    /**
     * {@inheritDoc}
     *
     * <p>NON_PERSISTENT messages are never sent twice: a broker that crashed may have delivered
     * them and not know it (Jakarta Messaging 3.1, 3.4.2: at most once).
     */
    @Override
    public List<Batch> linkUp() {
        linked = true;
        output.send(new TrafficFrame.OpenProducer(handle, partition, producerId, openedBefore));
        List<Batch> lost = new ArrayList<>();
        for (Batch batch : List.copyOf(unconfirmed)) {
            if (batch.transmitted && !batch.persistent) {
                unconfirmed.remove(batch);
                batch.lost = true;
                finish(
                        batch,
                        new RefusedException(
                                ErrorCode.UNAVAILABLE,
                                "Expected a confirmation of NON_PERSISTENT messages, but the link was"
                                        + " lost before it came; whether they arrived cannot be told,"
                                        + " and they are not sent twice"));
                lost.add(batch);
            } else {
                transmit(batch);
            }
        }
        flush(false);
        return lost;
    }

    @Override
    public void linkDown() {
        linked = false;
    }

    @Override
    public List<Batch> failed(RuntimeException failure) {
        linked = false;
        this.failure = failure;
        seal();
        List<Batch> lost = new ArrayList<>(unconfirmed);
        unconfirmed.clear();
        lost.forEach(batch -> finish(batch, failure));
        return lost;
    }

    /** Batches of like messages differ a little: none should have to double for its last one. */
    static int roomForOneLike(int lastBatchBytes) {
        return lastBatchBytes + lastBatchBytes / 16;
    }
}
