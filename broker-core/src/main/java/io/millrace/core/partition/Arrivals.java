package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Origin;
import io.millrace.core.partition.PartitionCommand.Block;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.SequenceRanges;
import org.jspecify.annotations.Nullable;

/** What producers send: checks it against their windows, numbers it and hands it out. */
final class Arrivals {

    private final PartitionState state;
    private final Connections connections;
    private final Dispatcher dispatcher;
    private final Timers timers;
    private final int maxBatchBytes;
    private final long maxWaitingBytes;
    private final Fullness fullness;

    // Soft state: dies with the process.
    /** Why nothing is taken; null while there is space. */
    private @Nullable String shortage;

    private final WaitingRoom room = new WaitingRoom();

    /** When the current command is handled, on the clock that nobody sets. */
    private long steadyMillis;

    Arrivals(
            PartitionState state,
            Connections connections,
            Dispatcher dispatcher,
            Timers timers,
            PartitionLimits limits) {
        this.state = state;
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.timers = timers;
        this.maxBatchBytes = limits.maxBatchBytes();
        this.maxWaitingBytes = limits.maxStagedBytes();
        this.fullness = new Fullness(limits.waiting());
    }

    /** There is too little space for messages, for this reason; or enough again. */
    void spaceChanged(@Nullable String missing) {
        shortage = missing;
    }

    /** Why nothing is taken; null while there is space. */
    @Nullable String shortage() {
        return shortage;
    }

    /** Called before each command is handled. */
    void advance(long steady) {
        steadyMillis = steady;
    }

    /** Called after each command was handled: there may be room now. */
    void admit(Decision out) {
        if (!room.isEmpty()) {
            room.open(steadyMillis, (command, late) -> isTaken(command, late, out));
        }
    }

    /** A tick ends what was asked of the clock. */
    void wake(Decision out) {
        room.wake(out);
    }

    /** A connection's link is gone. */
    void forgetConnection(Id128 connectionId) {
        room.forgetConnection(connectionId);
    }

    /** Why so much more has no room in a destination; null if it has. */
    @Nullable String reasonAgainst(Destination destination, long more, long moreBytes) {
        return fullness.isFullFor(destination, more, moreBytes)
                ? fullness.reason(destination)
                : null;
    }

    void enqueue(PartitionCommand.Enqueue command, Decision out) {
        boolean first = !room.holds(command.batch().producerId());
        if (!first || !isTaken(command, false, out)) {
            Destination destination = state.destinationsById.get(command.destinationId());
            long millis = destination == null ? 0 : fullness.blockMillis(destination);
            room.add(command, steadyMillis + millis);
            if (first) {
                room.wake(out);
            }
        }
    }

    /**
     * Stores or refuses a batch.
     *
     * @param late whether it may not wait any longer
     * @return false if it has to wait for room
     */
    private boolean isTaken(PartitionCommand.Enqueue command, boolean late, Decision out) {
        MessageBatch batch = command.batch();
        ProducerWindow window = state.windowsByProducer.get(batch.producerId());
        Destination destination = state.destinationsById.get(command.destinationId());
        if (window == null) {
            refuse(command, ErrorCode.PRODUCER_EXPIRED, isUnknown(batch.producerId()), out);
            return true;
        }
        ProducerWindow.Arrival arrival = window.arrivalOf(batch);
        if (arrival == ProducerWindow.Arrival.STORED) {
            // A resend of what is stored already: confirm it again, once it is durable.
            confirm(command, Decision.TAIL, out);
            return true;
        }
        if (arrival != ProducerWindow.Arrival.NEW && destination != null) {
            refuse(command, arrival.code(), window.reasonAgainst(batch, arrival), out);
            return true;
        }
        if (batch.length() > maxBatchBytes) {
            refuse(command, ErrorCode.LIMIT, tooLarge(batch), out);
            return true;
        }
        if (destination == null) {
            refuse(command, ErrorCode.INVALID_DESTINATION, isGone(command.destinationId()), out);
            return true;
        }
        String obstacle = shortage;
        if (obstacle == null && fullness.isFullFor(destination, batch.count(), batch.length())) {
            if (mayWait(destination, batch, late)) {
                return false;
            }
            if (batch.hasPersistent()
                    || !fullness.makesRoom(destination, batch.count(), batch.length(), out)) {
                obstacle = fullness.reason(destination);
            }
        }
        if (obstacle == null) {
            store(command, window, destination, out);
        } else {
            refuse(command, ErrorCode.LIMIT, obstacle, out);
        }
        return true;
    }

    private boolean mayWait(Destination destination, MessageBatch batch, boolean late) {
        return !late
                && fullness.blockMillis(destination) > 0
                && room.bytes() + batch.length() <= maxWaitingBytes;
    }

    private void store(
            PartitionCommand.Enqueue command,
            ProducerWindow window,
            Destination destination,
            Decision out) {
        MessageBatch batch = command.batch();
        long first = destination.nextSequence;
        append(command.origin(), destination, batch, out);
        handOut(destination, out);
        long after = destination.releaseAfter(first, first + batch.count() - 1);
        confirm(command, Math.max(window.confirmAfter(), after), out);
    }

    /** Stores messages; {@link #handOut} is due afterwards. */
    void append(Origin origin, Destination destination, MessageBatch batch, Decision out) {
        long first = destination.nextSequence;
        out.emit(
                new PartitionEvent.Enqueued(
                        destination.id, first, origin.connectionId(), origin.user(), batch));
        destination.know(new Block(first, batch.count(), batch.length()));
        timers.stored(destination, out);
        for (Subscription subscription : destination.subscriptions) {
            if (subscription.filter().noLocal()
                    && connections.isLocal(subscription, origin.connectionId())) {
                out.emit(
                        new PartitionEvent.Settled(
                                subscription.id,
                                SequenceRanges.of(first, first + batch.count() - 1)));
            }
        }
    }

    /** Gives new messages to whoever has credit for them. */
    void handOut(Destination destination, Decision out) {
        for (Subscription subscription : destination.subscriptions) {
            dispatcher.dispatch(subscription, out);
        }
    }

    private static void confirm(PartitionCommand.Enqueue command, long after, Decision out) {
        out.tellAfter(
                after,
                command.origin().linkId(),
                new BrokerFrame.SendConfirmed(
                        command.handle(), command.batch().lastProducerSequence()));
    }

    /** Else the append would fail, and fail again when the client sends it again. */
    private String tooLarge(MessageBatch batch) {
        return "Expected a batch of at most "
                + maxBatchBytes
                + " bytes, half of what an entry of the log can hold, but it has "
                + batch.length()
                + "; send less at once, or give the broker larger segments";
    }

    static String isUnknown(Id128 producerId) {
        return "Expected producer "
                + producerId
                + " to be known, but its window has expired; whether these messages were stored cannot be told";
    }

    static String isGone(long destinationId) {
        return "Expected destination " + destinationId + " to exist, but it was deleted";
    }

    private static void refuse(
            PartitionCommand.Enqueue command, ErrorCode code, String message, Decision out) {
        MessageBatch batch = command.batch();
        out.tell(
                command.origin().linkId(),
                new BrokerFrame.SendRefused(
                        command.handle(),
                        batch.firstProducerSequence(),
                        batch.lastProducerSequence(),
                        code,
                        message,
                        0));
    }
}
