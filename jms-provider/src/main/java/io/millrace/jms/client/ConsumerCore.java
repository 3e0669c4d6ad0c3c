package io.millrace.jms.client;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Outcome;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's deliveries: buffers them, gives them out one at a time, and settles them in ranges.
 *
 * <p>At most one acceptance is unconfirmed; what is accepted meanwhile is joined into the next, so
 * that acknowledgements cost next to nothing under load and are never held back while idle. Guarded
 * by its own monitor: whoever calls a method holds it.
 */
public final class ConsumerCore {

    private static final byte[] NO_TRANSACTION = {};

    private final long consumerId;
    private final int partition;
    private final long subscriptionId;
    private final @Nullable String selector;
    private final ClientOptions options;
    private final FrameOutput output;

    // Valid for the session: survives a lost link.
    /** Given to the application, not settled. */
    private final RangeSet held = new RangeSet();

    /** To be accepted, not sent. */
    private final RangeSet accepted = new RangeSet();

    /** Sent as accepted, not confirmed. */
    private final RangeSet acceptedUnconfirmed = new RangeSet();

    private final UnsettledReplays replays = new UnsettledReplays();
    private final GivenBack givenBack = new GivenBack();
    private final ConsumerCredit credit = new ConsumerCredit();
    private long unconfirmedAcceptId;
    private long lastSettleId;
    private int unconfirmedGiven;
    private boolean closed;
    private @Nullable RuntimeException failure;

    // Valid for the connection: begins anew with each link.
    private boolean attached;
    private long epoch;
    private final DeliveryBuffer buffer = new DeliveryBuffer();
    private boolean draining;
    private boolean drained;
    private boolean puttingBack;
    private boolean returning;

    /** A message that is about to be given. */
    public record Given(DeliveredRun run, int index, int position, int length) {

        /** Its sequence in the destination. */
        public long sequence() {
            return run.firstSequence() + index;
        }

        /** The producer's sequence of it. */
        public long producerSequence() {
            return run.firstProducerSequence() + index;
        }
    }

    /** A consumer; one on a queue may have a selector. */
    public ConsumerCore(
            long consumerId,
            int partition,
            long subscriptionId,
            @Nullable String selector,
            ClientOptions options,
            FrameOutput output) {
        this.consumerId = consumerId;
        this.partition = partition;
        this.subscriptionId = subscriptionId;
        this.selector = selector;
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

    // ---- links ----

    /**
     * The frame that attaches this consumer, or takes it up again with what it knows of earlier
     * deliveries.
     */
    public TrafficFrame.Attach attach(long requestId) {
        attached = false;
        buffer.clear();
        acceptedUnconfirmed.add(accepted.toRanges());
        accepted.clear();
        unconfirmedAcceptId = 0;
        puttingBack = false;
        returning = false;
        draining = false;
        drained = false;
        int messages = closed ? 0 : credit.windowMessages();
        int bytes = closed ? 0 : credit.windowBytes();
        credit.reset(messages, bytes);
        return new TrafficFrame.Attach(
                requestId,
                consumerId,
                partition,
                subscriptionId,
                messages,
                bytes,
                epoch,
                acceptedUnconfirmed.toRanges(),
                held.toRanges(),
                givenBack.list(),
                selector,
                replays.among(acceptedUnconfirmed, held));
    }

    /** The broker took the consumer up: everything in the lists is settled there. */
    public void attached(BrokerFrame.Attached frame) {
        epoch = frame.epoch();
        attached = true;
        replays.forget(acceptedUnconfirmed);
        unconfirmedGiven -= (int) acceptedUnconfirmed.count();
        acceptedUnconfirmed.clear();
        givenBack.listConfirmed();
        sendAccepted(false);
        // Given back after the lists were written.
        if (givenBack.isUnsent()) {
            makeWay();
        }
    }

    /** The link is gone: what is buffered will come again. */
    public void linkDown() {
        attached = false;
        buffer.clear();
    }

    /** The broker ended this consumer. If it cannot read more, what it gave is settled as ever. */
    public void failed(RuntimeException reason) {
        failure = reason;
        attached &= RefusedException.isOf(reason, ErrorCode.UNREADABLE);
    }

    // ---- deliveries ----

    /** Deliveries arrived. Those of an old epoch, or for a consumer that closed, are dropped. */
    public void deliver(BrokerFrame.Deliver frame) {
        if (!attached || closed || frame.epoch() < epoch) {
            return;
        }
        for (DeliveredRun run : frame.runs()) {
            buffer.add(run);
            credit.arrived(run.count(), run.length());
        }
    }

    /** Whether {@link #take} would give a message. */
    public boolean hasMessage() {
        return buffer.messages() > 0 && !puttingBack && !closed && hasAcknowledgeRoom();
    }

    /** Whether a message waits here for nothing but a confirmation of acknowledgements. */
    public boolean isAwaitingConfirmation() {
        return buffer.messages() > 0 && !puttingBack && !closed && !hasAcknowledgeRoom();
    }

    /** Whether so few acknowledgements are unconfirmed that another message may be given. */
    private boolean hasAcknowledgeRoom() {
        int window = options.autoAckConfirmed() ? 1 : options.autoAckWindow();
        return unconfirmedGiven < window;
    }

    /** The next message, which the application has from now on. Only if {@link #hasMessage}. */
    public Given take() {
        Given given = buffer.take();
        held.add(given.sequence(), given.sequence());
        replays.given(given);
        credit.consumed(given.length());
        if (credit.isRefillDue()) {
            refill();
        }
        return given;
    }

    // ---- credit ----

    /** A listener's window: that much credit is kept outstanding. Zero for none. */
    public void window(int messages, int bytes) {
        credit.window(messages, bytes);
        fillWindow();
    }

    private void fillWindow() {
        if (attached && !draining && !closed && credit.windowMessages() > 0) {
            int messages = credit.windowMessages() - credit.messages() - buffer.messages();
            long bytes = credit.windowBytes() - credit.bytes() - buffer.bytes();
            credit.takeConsumedMessages();
            credit.takeConsumedBytes();
            grant(Math.max(0, messages), (int) Math.max(0, bytes), false);
        }
    }

    private void refill() {
        if (!attached || draining) {
            return;
        }
        if (credit.isBalanceDue(credit.windowBytes())) {
            drain();
        } else {
            grant(credit.takeConsumedMessages(), credit.takeConsumedBytes(), false);
        }
    }

    /**
     * Nothing has come for a while: makes sure that it is not for want of credit. The broker
     * charges each message of a batch its average, so that small messages beside large ones can use
     * up a window of which this side has seen little.
     */
    public void balanceIdle() {
        if (attached
                && !closed
                && buffer.messages() == 0
                && credit.windowMessages() > 0
                && credit.hasDrifted()) {
            drain();
        }
    }

    /** Whether nothing is here and nothing can come without being asked for. */
    public boolean isRequestDue() {
        return attached && !draining && buffer.messages() == 0 && credit.isUsedUp();
    }

    /** Asks for messages beyond a window. Only if {@link #isRequestDue}. */
    public void request(int messages) {
        if (credit.isBalanceDue(options.consumerCreditBytes())) {
            drain();
        } else {
            grant(credit.missing(messages), credit.missingBytes(options), false);
        }
    }

    /** Asks for messages, and to be told when there are none; false if it cannot yet. */
    public boolean requestAndDrain(int messages) {
        if (!attached || draining) {
            return false;
        }
        draining = true;
        drained = false;
        grant(credit.missing(messages), credit.missingBytes(options), true);
        return true;
    }

    /** Whether {@link #requestAndDrain} was answered over this link, and no drain is since. */
    public boolean isDrained() {
        return attached && drained && !draining;
    }

    /** Whether something is here, or may come without being asked for again. */
    public boolean hasOutstanding() {
        return buffer.messages() > 0 || credit.messages() > 0;
    }

    private void drain() {
        if (!draining) {
            draining = true;
            grant(0, 0, true);
        }
    }

    private void grant(int messages, int bytes, boolean drain) {
        credit.granted(messages, bytes);
        if (messages > 0 || bytes > 0 || drain) {
            output.send(
                    new TrafficFrame.Credit(consumerId, messages, bytes, drain, false, partition));
        }
    }

    /** Nothing more is under way. */
    public void drained() {
        draining = false;
        drained = true;
        credit.reset(0, 0);
        boolean giveBack = puttingBack || returning;
        returning = false;
        if (giveBack) {
            SequenceRanges unused = buffer.sequences();
            buffer.clear();
            if (!unused.isEmpty()) {
                settle(++lastSettleId, Outcome.NEVER_GIVEN, unused, false, null);
            }
        }
        if (puttingBack) {
            puttingBack = false;
            sendReleased();
        }
        fillWindow();
    }

    /**
     * Gives back what waits here and was not asked for lately, so that other consumers can have it.
     */
    public void returnUnused() {
        if (attached && hasOutstanding()) {
            returning = true;
            drain();
        }
    }

    // ---- settlement ----

    /** The application is done with a message. */
    public void accept(long sequence) {
        held.remove(sequence, sequence);
        accepted.add(sequence, sequence);
        unconfirmedGiven++;
        if (unconfirmedAcceptId == 0) {
            sendAccepted(options.autoAckConfirmed());
        }
    }

    /** A message was not given after all: it comes back as if it had not left. */
    public void unhold(long sequence) {
        held.remove(sequence, sequence);
    }

    /** The application is done with all that it has. */
    public void acceptHeld() {
        accept(held.toRanges());
    }

    /** The application is done with a part of what it has. */
    void accept(SequenceRanges part) {
        if (!part.isEmpty()) {
            held.remove(part);
            accepted.add(part);
            unconfirmedGiven += (int) part.sequenceCount();
            sendAccepted(true);
        }
    }

    /** What the application has: the part that its transaction settles. */
    public TransactionFrame.Settlement settlement() {
        return new TransactionFrame.Settlement(consumerId, subscriptionId, held.toRanges());
    }

    /** The transaction settled it. */
    public void committed(TransactionFrame.Settlement settlement) {
        held.remove(settlement.sequences());
        replays.forget(settlement.sequences());
    }

    private void sendAccepted(boolean awaited) {
        if (!attached || accepted.isEmpty()) {
            return;
        }
        SequenceRanges ranges = accepted.toRanges();
        accepted.clear();
        acceptedUnconfirmed.add(ranges);
        unconfirmedAcceptId = ++lastSettleId;
        settle(unconfirmedAcceptId, Outcome.ACCEPTED, ranges, awaited, null);
    }

    private void settle(
            long settleId,
            Outcome outcome,
            SequenceRanges ranges,
            boolean awaited,
            @Nullable String why) {
        output.send(
                new TrafficFrame.Settle(
                        consumerId,
                        settleId,
                        epoch,
                        outcome,
                        NO_TRANSACTION,
                        ranges,
                        awaited,
                        why,
                        partition));
    }

    /** Settlements up to the number are durable. */
    public void settleConfirmed(long upToSettleId) {
        if (unconfirmedAcceptId != 0 && unconfirmedAcceptId <= upToSettleId) {
            unconfirmedAcceptId = 0;
            replays.forget(acceptedUnconfirmed);
            unconfirmedGiven -= (int) acceptedUnconfirmed.count();
            acceptedUnconfirmed.clear();
            sendAccepted(false);
        }
        givenBack.confirmed(upToSettleId);
    }

    /** Whether the broker was told of every acknowledgement. */
    public boolean isAcceptanceSent() {
        return accepted.isEmpty();
    }

    /** Whether every acknowledgement and everything given back is durable. */
    public boolean isSettled() {
        return accepted.isEmpty() && acceptedUnconfirmed.isEmpty() && givenBack.isEmpty();
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
        putBack(held.toRanges(), null);
    }

    /** The same, and says why. */
    void putBack(@Nullable String why) {
        putBack(held.toRanges(), why);
    }

    /** The same with a part of what the application has. */
    void putBack(SequenceRanges part, @Nullable String why) {
        if (part.isEmpty()) {
            return;
        }
        held.remove(part);
        replays.forget(part);
        givenBack.add(part, why);
        if (attached) {
            makeWay();
        }
    }

    /** What comes again goes before what waits here: nothing is given until that has gone back. */
    public void makeWay() {
        if (closed) {
            sendReleased();
            return;
        }
        puttingBack = true;
        drain();
    }

    private void sendReleased() {
        while (attached && givenBack.isUnsent()) {
            String why = givenBack.why();
            long settleId = ++lastSettleId;
            settle(settleId, Outcome.RELEASED, givenBack.send(settleId), true, why);
        }
    }

    /**
     * The application closed the consumer: it gets nothing more, and what it has stays settleable.
     */
    public TrafficFrame.Detach close(long requestId) {
        closed = true;
        puttingBack = false;
        buffer.clear();
        // Before the Detach, which brings back unflagged whatever is neither settled nor held.
        sendAccepted(false);
        sendReleased();
        // What could not be sent yet is settled once the broker has taken the consumer up again.
        RangeSet kept = new RangeSet();
        kept.add(held.toRanges());
        kept.add(accepted.toRanges());
        kept.add(givenBack.unsent());
        return new TrafficFrame.Detach(requestId, consumerId, kept.toRanges(), partition);
    }

    public boolean isClosed() {
        return closed;
    }
}
