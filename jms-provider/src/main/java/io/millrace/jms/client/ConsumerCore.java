package io.millrace.jms.client;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.MessageHead;
import io.millrace.wire.Outcome;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TrafficFrame;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's deliveries: buffers them, gives them out one at a time, and settles them in ranges.
 *
 * <p>At most one acceptance is unconfirmed; what is accepted meanwhile is joined into the next, so
 * that acknowledgements cost next to nothing under load and are never held back while idle. Guarded
 * by its own monitor: whoever calls a method holds it.
 */
public final class ConsumerCore {

    private final long consumerId;
    private final int partition;
    private final long subscriptionId;
    private final ClientOptions options;
    private final FrameOutput output;

    // Valid for the session: survives a lost link.
    /** Given to the application, not settled. */
    private final RangeSet held = new RangeSet();

    /** To be accepted, not sent. */
    private final RangeSet accepted = new RangeSet();

    /** Sent as accepted, not confirmed. */
    private final RangeSet acceptedUnconfirmed = new RangeSet();

    /** To be given back (or sent so), not confirmed. */
    private final RangeSet released = new RangeSet();

    private long unconfirmedAcceptId;
    private long lastReleaseId;
    private long lastSettleId;
    private int unconfirmedGiven;
    private int windowMessages;
    private int windowBytes;
    private boolean closed;
    private @Nullable RuntimeException failure;

    // Valid for the connection: begins anew with each link.
    private boolean attached;
    private long epoch;
    private final ArrayDeque<DeliveredRun> buffer = new ArrayDeque<>();
    private int runIndex;
    private int runPosition;
    private int bufferedMessages;
    private int creditOut;
    private int consumedMessages;
    private int consumedBytes;
    private boolean draining;
    private boolean puttingBack;
    private boolean returning;

    /** A message that is about to be given. */
    public record Given(DeliveredRun run, int index, int position) {

        /** Its sequence in the destination. */
        public long sequence() {
            return run.firstSequence() + index;
        }

        /** The producer's sequence of it. */
        public long producerSequence() {
            return run.firstProducerSequence() + index;
        }
    }

    public ConsumerCore(
            long consumerId,
            int partition,
            long subscriptionId,
            ClientOptions options,
            FrameOutput output) {
        this.consumerId = consumerId;
        this.partition = partition;
        this.subscriptionId = subscriptionId;
        this.options = options;
        this.output = output;
    }

    public long consumerId() {
        return consumerId;
    }

    /** Whether the broker has taken it up over the current link. */
    public boolean isAttached() {
        return attached;
    }

    /** Why the broker ended this consumer, or null. */
    public @Nullable RuntimeException failure() {
        return failure;
    }

    /**
     * The frame that attaches this consumer, or takes it up again with what it knows of earlier
     * deliveries.
     */
    public TrafficFrame.Attach attach(long requestId) {
        clearBuffer();
        acceptedUnconfirmed.add(accepted.toRanges());
        accepted.clear();
        unconfirmedAcceptId = 0;
        lastReleaseId = 0;
        puttingBack = false;
        returning = false;
        draining = false;
        creditOut = closed ? 0 : windowMessages;
        return new TrafficFrame.Attach(
                requestId,
                consumerId,
                partition,
                subscriptionId,
                creditOut,
                closed ? 0 : windowBytes,
                epoch,
                acceptedUnconfirmed.toRanges(),
                held.toRanges(),
                released.toRanges());
    }

    /** The broker took the consumer up: everything in the lists is settled there. */
    public void attached(BrokerFrame.Attached frame) {
        epoch = frame.epoch();
        attached = true;
        unconfirmedGiven -= (int) acceptedUnconfirmed.count();
        acceptedUnconfirmed.clear();
        released.clear();
        sendAccepted();
    }

    /** The link is gone: what is buffered will come again. */
    public void linkDown() {
        attached = false;
        clearBuffer();
    }

    /** The broker ended this consumer. */
    public void failed(RuntimeException reason) {
        failure = reason;
        attached = false;
    }

    private void clearBuffer() {
        buffer.clear();
        runIndex = 0;
        runPosition = 0;
        bufferedMessages = 0;
        consumedMessages = 0;
        consumedBytes = 0;
    }

    /** Deliveries arrived. Those of an old epoch, or for a consumer that closed, are dropped. */
    public void deliver(BrokerFrame.Deliver frame) {
        if (!attached || closed || frame.epoch() < epoch) {
            return;
        }
        for (DeliveredRun run : frame.runs()) {
            buffer.add(run);
            bufferedMessages += run.count();
            creditOut -= run.count();
        }
    }

    /** Whether {@link #take} would give a message. */
    public boolean hasMessage() {
        return bufferedMessages > 0 && !puttingBack && !closed && hasAckRoom();
    }

    /** Whether so few acknowledgements are unconfirmed that another message may be given. */
    private boolean hasAckRoom() {
        int window = options.autoAckConfirmed() ? 1 : options.autoAckWindow();
        return unconfirmedGiven < window;
    }

    /** The next message, which the application has from now on. Only if {@link #hasMessage}. */
    public Given take() {
        DeliveredRun run = buffer.element();
        int position = runIndex == 0 ? run.offset() : runPosition;
        Given given = new Given(run, runIndex, position);
        int bytes = MessageHead.length(run.array(), position);
        runPosition = position + bytes;
        runIndex++;
        bufferedMessages--;
        if (runIndex == run.count()) {
            buffer.remove();
            runIndex = 0;
        }
        held.add(given.sequence(), given.sequence());
        consumedMessages++;
        consumedBytes += bytes;
        refill();
        return given;
    }

    /** A listener's window: that much credit is kept outstanding. */
    public void window(int messages, int bytes) {
        windowMessages = messages;
        windowBytes = bytes;
        if (attached && messages > creditOut + bufferedMessages) {
            credit(messages - creditOut - bufferedMessages, bytes, false);
        }
    }

    private void refill() {
        boolean due = consumedMessages * 2 >= windowMessages || consumedBytes * 2L >= windowBytes;
        if (windowMessages > 0 && due && attached && !draining) {
            credit(consumedMessages, consumedBytes, false);
            consumedMessages = 0;
            consumedBytes = 0;
        }
    }

    /** Asks for messages beyond the window. */
    public void request(int messages) {
        if (attached && !draining && creditOut == 0) {
            credit(messages, options.consumerCreditBytes(), false);
        }
    }

    /** Asks for messages, and to be told when there are none. */
    public void requestAndDrain(int messages) {
        if (attached && !draining) {
            draining = true;
            credit(messages, options.consumerCreditBytes(), true);
        }
    }

    /** Whether the answer to a drain is still to come. */
    public boolean isDraining() {
        return draining || !attached;
    }

    /** How many messages were asked for and have not come, and how many wait here. */
    public int outstanding() {
        return creditOut + bufferedMessages;
    }

    private void credit(int messages, int bytes, boolean drain) {
        creditOut += messages;
        output.send(new TrafficFrame.Credit(consumerId, messages, bytes, drain, false));
    }

    /** The application is done with a message. */
    public void accept(long sequence) {
        held.remove(sequence, sequence);
        accepted.add(sequence, sequence);
        unconfirmedGiven++;
        if (unconfirmedAcceptId == 0) {
            sendAccepted();
        }
    }

    /** A message was not given after all: it comes back as if it had not left. */
    public void unhold(long sequence) {
        held.remove(sequence, sequence);
    }

    /** The application is done with all that it has. */
    public void acceptHeld() {
        SequenceRanges all = held.toRanges();
        if (!all.isEmpty()) {
            held.clear();
            accepted.add(all);
            unconfirmedGiven += (int) all.sequenceCount();
            sendAccepted();
        }
    }

    private void sendAccepted() {
        if (!attached || accepted.isEmpty()) {
            return;
        }
        SequenceRanges ranges = accepted.toRanges();
        accepted.clear();
        acceptedUnconfirmed.add(ranges);
        unconfirmedAcceptId = ++lastSettleId;
        settle(unconfirmedAcceptId, Outcome.ACCEPTED, ranges);
    }

    private void settle(long settleId, Outcome outcome, SequenceRanges ranges) {
        output.send(
                new TrafficFrame.Settle(consumerId, settleId, epoch, outcome, new byte[0], ranges));
    }

    /** Settlements up to the number are durable. */
    public void settleConfirmed(long upToSettleId) {
        if (unconfirmedAcceptId != 0 && unconfirmedAcceptId <= upToSettleId) {
            unconfirmedAcceptId = 0;
            unconfirmedGiven -= (int) acceptedUnconfirmed.count();
            acceptedUnconfirmed.clear();
            sendAccepted();
        }
        if (lastReleaseId != 0 && lastReleaseId <= upToSettleId) {
            lastReleaseId = 0;
            released.clear();
        }
    }

    /** Whether every acknowledgement is durable. */
    public boolean isSettled() {
        return accepted.isEmpty() && acceptedUnconfirmed.isEmpty() && released.isEmpty();
    }

    /** Whether the application has something that it did not acknowledge. */
    public boolean holdsAnything() {
        return !held.isEmpty();
    }

    /**
     * Gives back what the application has, and behind it what waits here, so that all comes again
     * in order. Nothing is given out until that is done; deliveries that are under way are waited
     * for first.
     */
    public void putBack() {
        if (held.isEmpty()) {
            return;
        }
        released.add(held.toRanges());
        held.clear();
        if (closed) {
            sendReleased();
        } else if (attached) {
            puttingBack = true;
            if (!draining) {
                draining = true;
                credit(0, 0, true);
            }
        }
    }

    private void sendReleased() {
        if (attached && !released.isEmpty()) {
            lastReleaseId = ++lastSettleId;
            settle(lastReleaseId, Outcome.RELEASED, released.toRanges());
        }
    }

    /**
     * Gives back what waits here and was not asked for lately, so that other consumers can have it.
     */
    public void returnUnused() {
        if (attached && !draining && !puttingBack && outstanding() > 0) {
            draining = true;
            returning = true;
            credit(0, 0, true);
        }
    }

    /** Nothing more is under way. */
    public void drained() {
        draining = false;
        creditOut = 0;
        boolean giveBack = puttingBack || returning;
        returning = false;
        if (giveBack) {
            SequenceRanges unused = unused();
            clearBuffer();
            if (!unused.isEmpty()) {
                settle(++lastSettleId, Outcome.NEVER_GIVEN, unused);
            }
        }
        if (puttingBack) {
            puttingBack = false;
            sendReleased();
        }
        if (windowMessages > 0 && !closed) {
            consumedMessages = 0;
            consumedBytes = 0;
            credit(windowMessages - bufferedMessages, windowBytes, false);
        }
    }

    private SequenceRanges unused() {
        RangeSet unused = new RangeSet();
        int skip = runIndex;
        for (DeliveredRun run : buffer) {
            unused.add(run.firstSequence() + skip, run.firstSequence() + run.count() - 1);
            skip = 0;
        }
        return unused.toRanges();
    }

    /**
     * The application closed the consumer: it gets nothing more, and what it has stays settleable.
     */
    public TrafficFrame.Detach close(long requestId) {
        closed = true;
        clearBuffer();
        sendAccepted();
        return new TrafficFrame.Detach(requestId, consumerId, held.toRanges());
    }

    public boolean isClosed() {
        return closed;
    }
}
