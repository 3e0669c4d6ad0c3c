package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.SequenceRanges;
import org.jspecify.annotations.Nullable;

/** What producers send: checks it against their windows, numbers it and hands it out. */
final class Arrivals {

    /** While there is too little space, somebody looks so often. */
    private static final long LOOK_AGAIN_MILLIS = 500;

    /** At most this part of the largest batch is let in at once, beside the first. */
    private static final int ADMITTED_PART = 4;

    /** What a batch that waits counts for beside its bytes. */
    private static final int WAITER_BYTES = 128;

    private final PartitionState state;
    private final Connections connections;
    private final Dispatcher dispatcher;
    private final Timers timers;
    private final int maxBatchBytes;
    private final long maxWaitingBytes;
    private final Fullness fullness;
    private final BodyRules bodyRules;

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
        this.bodyRules = new BodyRules(state.bodies, limits.maxMessageBytes());
    }

    /** There is too little space for messages, for this reason; or enough again. */
    void spaceChanged(@Nullable String missing, Decision out) {
        shortage = missing;
        tickIfShort(out);
    }

    /** With each tick the shell looks whether there is space again. */
    private void tickIfShort(Decision out) {
        if (shortage != null) {
            out.effectNow(new Effect.WakeAt(steadyMillis + LOOK_AGAIN_MILLIS));
        }
    }

    /** Why nothing is taken; null while there is space. */
    @Nullable String shortage() {
        return shortage;
    }

    /** Called before each command is handled. */
    void advance(long steady) {
        steadyMillis = steady;
    }

    /** Called after each command was handled: if it may have made room, a tick is to follow. */
    void lookAgain(PartitionCommand command, Decision out) {
        boolean same =
                command instanceof PartitionCommand.Enqueue
                        || command instanceof PartitionCommand.Credit
                        || command instanceof PartitionCommand.Tick;
        if (!room.isEmpty() && !same) {
            out.effectNow(new Effect.WakeAt(steadyMillis));
        }
    }

    /** A tick: there may be room, or some have waited long enough. */
    void admit(Decision out) {
        tickIfShort(out);
        if (room.isEmpty()) {
            return;
        }
        // An entry holds twice the largest batch, and what the turn has so far.
        boolean more =
                room.open(
                        steadyMillis,
                        maxBatchBytes / ADMITTED_PART,
                        (command, late) -> isTaken(command, !late, out));
        if (more) {
            out.effectNow(new Effect.WakeAt(steadyMillis));
        } else {
            room.wake(out);
        }
    }

    /** A connection's link is gone. */
    void forgetConnection(Id128 connectionId) {
        room.forgetConnection(connectionId);
    }

    /**
     * Why so much more has no room in a destination; null if it has.
     *
     * @param fewer how many messages leave it at the same time
     */
    @Nullable String reasonAgainst(Destination destination, long fewer, long more, long moreBytes) {
        return fullness.isFullFor(destination, fewer, more, moreBytes)
                ? fullness.reason(destination)
                : null;
    }

    /** Why a batch may not be part of a transaction; null if it may. */
    @Nullable String reasonAgainst(PartitionCommand.Enqueue command, Destination destination) {
        BodyRules.Obstacle against = bodyRules.against(command, destination);
        return against == null ? null : against.message();
    }

    /** Opens a producer's window, or says that the one it comes back to is gone. */
    void openProducer(PartitionCommand.OpenProducer command, Decision out) {
        boolean known = state.windowsByProducer.containsKey(command.producerId());
        if (!known && !command.resuming()) {
            out.emit(
                    new PartitionEvent.ProducerOpened(
                            command.producerId(), command.origin().connectionId()));
            out.awaitEntry();
            known = true;
        }
        if (command.requestId() == 0) {
            return;
        }
        if (known) {
            out.tell(command.origin().linkId(), new BrokerFrame.Done(command.requestId()));
        } else {
            Answers.refuse(
                    command.origin(),
                    command.requestId(),
                    ErrorCode.PRODUCER_EXPIRED,
                    isUnknown(command.producerId()),
                    out);
        }
    }

    void closeProducer(Id128 producerId, Decision out) {
        if (state.windowsByProducer.containsKey(producerId)) {
            out.emit(new PartitionEvent.ProducerClosed(producerId));
        }
    }

    void enqueue(PartitionCommand.Enqueue command, Decision out) {
        MessageBatch batch = command.batch();
        boolean first = !room.holds(batch.producerId());
        if (first && isTaken(command, true, out)) {
            return;
        }
        if (room.bytes() + batch.length() + WAITER_BYTES > maxWaitingBytes) {
            refuse(command, ErrorCode.LIMIT, tooMuchWaits(), out);
            return;
        }
        Destination destination = state.destinationsById.get(command.destinationId());
        long millis = destination == null ? 0 : fullness.blockMillis(destination);
        room.add(command, steadyMillis + millis);
        if (first) {
            room.wake(out);
        }
    }

    private String tooMuchWaits() {
        return "Expected sends that wait for room to have at most "
                + maxWaitingBytes
                + " bytes together (transactions.staged.bytes), but there are more; send again when"
                + " some was received";
    }

    /**
     * Stores or refuses a batch.
     *
     * @param mayWait whether it may wait for room
     * @return false if it has to wait for room
     */
    private boolean isTaken(PartitionCommand.Enqueue command, boolean mayWait, Decision out) {
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
        BodyRules.Obstacle against = bodyRules.against(command, destination);
        if (against != null) {
            refuse(command, against.code(), against.message(), out);
            return true;
        }
        String obstacle = shortage;
        long bytes = BodyRules.bytes(batch);
        if (obstacle == null && fullness.isFullFor(destination, 0, batch.count(), bytes)) {
            if (mayWait && fullness.blockMillis(destination) > 0) {
                return false;
            }
            if (batch.hasPersistent()
                    || !fullness.makesRoom(destination, batch.count(), bytes, out)) {
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
        append(origin, connections.clientIdOf(origin.connectionId()), destination, batch, out);
    }

    /**
     * The same of a connection that may be gone.
     *
     * @param clientId what it had
     */
    void append(
            Origin origin,
            @Nullable String clientId,
            Destination destination,
            MessageBatch batch,
            Decision out) {
        long first = destination.nextSequence;
        out.emit(
                new PartitionEvent.Enqueued(
                        destination.id, first, origin.connectionId(), origin.user(), batch));
        destination.know(
                new Block(first, batch.count(), batch.length()),
                BodyRules.bytes(batch) - batch.length());
        timers.stored(destination, out);
        for (Subscription subscription : destination.subscriptions) {
            if (subscription.leavesOut(origin.connectionId(), clientId)) {
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
