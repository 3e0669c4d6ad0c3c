package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.MessageHead;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionFrame;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A consumer core with the threads that wait for it: synchronous receives, and a session's listener
 * thread.
 *
 * <p>A synchronous receiver asks for messages while it waits, and for more ahead the faster it
 * takes them; what it did not take goes back when no receive came for a second, so that other
 * receivers get it.
 */
public final class SessionConsumer implements ConsumerPort, HeldDeliveries {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BrokerConnection connection;
    private final ConsumerCore core;
    private final Gate gate;
    private final int partition;

    // Guarded by the core's monitor.
    private int readAhead = 1;
    private int takenSinceRequest;

    /** How many messages were taken and had expired. */
    private long expired;

    private int receivers;
    private boolean closed;
    private long lastReceiveNanos = System.nanoTime();
    private ConsumerCore.@Nullable Given pushedBack;
    private @Nullable Runnable listenerSignal;

    /** Whether messages may be given: the connection is started. */
    public interface Gate {
        boolean isOpen();
    }

    /**
     * A consumer that is not attached yet.
     *
     * @param selector of a consumer on a queue; null for none
     */
    public SessionConsumer(
            BrokerConnection connection,
            int partition,
            long subscriptionId,
            @Nullable String selector,
            Gate gate) {
        this.connection = connection;
        this.gate = gate;
        this.partition = partition;
        this.core =
                new ConsumerCore(
                        connection.nextConsumerId(),
                        partition,
                        subscriptionId,
                        selector,
                        connection.options(),
                        connection);
    }

    /** Attaches to the broker and waits for the answer. */
    public void attach() {
        connection.register(this);
        RuntimeException refused;
        synchronized (core) {
            await(() -> core.isAttached() || core.failure() != null);
            refused = core.failure();
        }
        if (refused != null) {
            connection.forget(this);
            throw refused;
        }
    }

    @Override
    public ConsumerCore core() {
        return core;
    }

    @Override
    public void changed() {
        Runnable signal;
        boolean finished;
        synchronized (core) {
            core.notifyAll();
            signal = listenerSignal;
            finished = closed && !core.holdsAnything() && core.isSettled();
        }
        if (signal != null) {
            signal.run();
        }
        if (finished) {
            connection.forget(this);
        }
    }

    /**
     * Has a listener's window filled from now on, and the signal run when something arrives; null
     * ends that.
     */
    public void listen(@Nullable Runnable signal) {
        synchronized (core) {
            listenerSignal = signal;
            ClientOptions options = connection.options();
            core.window(
                    signal == null ? 0 : options.consumerCredit(),
                    signal == null ? 0 : options.consumerCreditBytes());
            if (signal == null) {
                core.returnUnused();
            }
        }
    }

    /**
     * Takes a message.
     *
     * @param timeoutMillis how long to wait for one, 0 for ever; the time runs while the connection
     *     is stopped (8.6)
     * @return null if the time is over or the consumer was closed
     */
    public ConsumerCore.@Nullable Given receive(long timeoutMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        synchronized (core) {
            receivers++;
            try {
                while (true) {
                    ConsumerCore.Given given = takeIfAny();
                    if (given != null || closed) {
                        return given;
                    }
                    throwIfFailed();
                    long leftNanos =
                            timeoutMillis == 0 ? Long.MAX_VALUE : deadline - System.nanoTime();
                    if (leftNanos <= 0) {
                        return null;
                    }
                    requestMore();
                    pause(timeoutMillis == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1);
                }
            } finally {
                receivers--;
                lastReceiveNanos = System.nanoTime();
                core.notifyAll();
            }
        }
    }

    /**
     * Takes a message if one is there, asking the broker if need be, for more than one as {@link
     * #receive} does. Waits for the broker's answer, and for the broker while it is away.
     */
    public ConsumerCore.@Nullable Given receiveNoWait() {
        synchronized (core) {
            receivers++;
            try {
                boolean asked = false;
                long expiredBefore = expired;
                while (true) {
                    ConsumerCore.Given given = takeIfAny();
                    if (given != null || closed || !gate.isOpen()) {
                        return given;
                    }
                    throwIfFailed();
                    // An answer that has expired is none: there may be more behind it.
                    asked &= expired == expiredBefore;
                    expiredBefore = expired;
                    boolean answered = asked && core.isDrained();
                    if (answered && !core.isAwaitingConfirmation()) {
                        return null;
                    }
                    if (!answered) {
                        asked |= core.requestAndDrain(nextReadAhead());
                    }
                    pause(0);
                }
            } finally {
                receivers--;
                lastReceiveNanos = System.nanoTime();
                core.notifyAll();
            }
        }
    }

    private void throwIfFailed() {
        RuntimeException failure = core.failure();
        if (failure != null) {
            throw failure;
        }
    }

    private void requestMore() {
        if (gate.isOpen() && core.isRequestDue()) {
            core.request(nextReadAhead());
        }
    }

    /** Twice as many as last time if all of those were taken. */
    private int nextReadAhead() {
        if (takenSinceRequest >= readAhead) {
            readAhead = Math.min(connection.options().receiveReadAhead(), readAhead * 2);
        }
        takenSinceRequest = 0;
        return readAhead;
    }

    private ConsumerCore.@Nullable Given takeIfAny() {
        if (closed || !gate.isOpen()) {
            return null;
        }
        ConsumerCore.Given first = pushedBack;
        if (first != null) {
            pushedBack = null;
            return first;
        }
        while (core.hasMessage()) {
            ConsumerCore.Given given = core.take();
            if (!hasExpired(given)) {
                takenSinceRequest++;
                return given;
            }
            core.accept(given.sequence());
            expired++;
        }
        return null;
    }

    /** Jakarta Messaging 3.1, 3.4.9: it was not when it left the broker, but has waited here. */
    private static boolean hasExpired(ConsumerCore.Given given) {
        long expiration = MessageHead.expiration(given.run().array(), given.position());
        return expiration != 0 && expiration <= System.currentTimeMillis();
    }

    /** Accepts the message before, if there was one, and takes the next for a listener. */
    public ConsumerCore.@Nullable Given next(ConsumerCore.@Nullable Given before) {
        synchronized (core) {
            if (before != null) {
                accept(before);
            }
            return takeIfAny();
        }
    }

    /** The application is done with a message. */
    public void accept(ConsumerCore.Given given) {
        synchronized (core) {
            core.accept(given.sequence());
            if (connection.options().autoAckConfirmed()) {
                await(() -> core.isSettled() || isOver());
            }
        }
    }

    /** The application could not take a message: it is the next one again (8.6). */
    public void pushBack(ConsumerCore.Given given) {
        synchronized (core) {
            pushedBack = given;
        }
    }

    @Override
    public void acknowledge() {
        synchronized (core) {
            core.acceptHeld();
            awaitSettled();
        }
        changed();
    }

    /** Accepts a part of what the application has, and waits until that is durable. */
    void acknowledge(SequenceRanges part) {
        synchronized (core) {
            core.accept(part);
            awaitSettled();
        }
        changed();
    }

    /** Gives a part of what the application has back, to come again; null if nobody says why. */
    void putBack(SequenceRanges part, @Nullable String why) {
        synchronized (core) {
            core.putBack(part, why);
            core.notifyAll();
        }
    }

    /** Gives one that the application could not have back, to come again and be counted. */
    public void putBack(ConsumerCore.Given given, String why) {
        putBack(SequenceRanges.of(given.sequence(), given.sequence()), why);
    }

    /** Messages were taken and never given: they come back as if they had not left. */
    public void unhold(Collection<ConsumerCore.Given> never) {
        synchronized (core) {
            never.forEach(each -> core.unhold(each.sequence()));
        }
    }

    /** Waits until what was given back is so at the broker. */
    void awaitGivenBack() {
        synchronized (core) {
            await(() -> core.isSettled() || isOver());
        }
        changed();
    }

    /** Whether {@link #next} would give a message. */
    public boolean hasMessage() {
        synchronized (core) {
            return !closed && gate.isOpen() && (pushedBack != null || core.hasMessage());
        }
    }

    @Override
    public void recover() {
        recover(null);
    }

    /** The same, and says why; null if nobody does. */
    public void recover(@Nullable String why) {
        synchronized (core) {
            // One that was pushed back is still the next one, and no other is unacknowledged then.
            if (pushedBack == null) {
                core.putBack(why);
                core.notifyAll();
            }
        }
    }

    /** What comes again goes before what waits here. */
    public void makeWay() {
        synchronized (core) {
            if (core.isAttached() && pushedBack == null) {
                core.makeWay();
                core.notifyAll();
            }
        }
    }

    /** Waits until the broker was told of what the application accepted. */
    public void awaitAcceptanceSent() {
        synchronized (core) {
            await(() -> core.isAcceptanceSent() || isOver());
        }
    }

    @Override
    public int partition() {
        return partition;
    }

    @Override
    public TransactionFrame.Settlement settlement() {
        synchronized (core) {
            return core.settlement();
        }
    }

    @Override
    public void committed(TransactionFrame.Settlement settlement) {
        synchronized (core) {
            core.committed(settlement);
        }
        changed();
    }

    private void awaitSettled() {
        await(() -> core.isSettled() || isOver());
        if (isOver()) {
            throwIfFailed();
        }
    }

    /** The broker ended it, and takes no settlements either. */
    private boolean isOver() {
        return core.failure() != null && !core.isAttached();
    }

    /** Called about once a second: gives back what nobody takes, balances what is idle. */
    public void tick() {
        synchronized (core) {
            core.balanceIdle();
            boolean idle = receivers == 0 && System.nanoTime() - lastReceiveNanos > IDLE_NANOS;
            if (listenerSignal == null
                    && idle
                    && !closed
                    && core.hasOutstanding()
                    && pushedBack == null) {
                readAhead = 1;
                core.returnUnused();
            }
        }
    }

    /** Wakes receivers: the connection was started, stopped or failed. */
    public void wake() {
        synchronized (core) {
            core.notifyAll();
        }
    }

    /**
     * Ends the consumer; receives return null. What the application has can still be acknowledged.
     */
    public void close() {
        boolean known;
        synchronized (core) {
            if (closed) {
                return;
            }
            closed = true;
            core.notifyAll();
            boolean onOwnThread = listenerSignal != null;
            listenerSignal = null;
            if (!onOwnThread) {
                await(() -> receivers == 0);
            }
            ConsumerCore.Given never = pushedBack;
            if (never != null) {
                core.unhold(never.sequence());
                pushedBack = null;
            }
            known = !isOver();
        }
        if (known) {
            Ports.end(connection, () -> connection.unregister(this));
            changed();
        } else {
            connection.forget(this);
        }
    }

    @Override
    public void release() {
        synchronized (core) {
            core.putBack();
        }
        awaitGivenBack();
    }

    /** Why the broker ended this consumer, or null. */
    public @Nullable RuntimeException failure() {
        synchronized (core) {
            return core.failure();
        }
    }

    @Override
    public boolean holdsAnything() {
        synchronized (core) {
            return core.holdsAnything();
        }
    }

    /**
     * Waits for news at the core, whose monitor is held, at most that long; 0 for ever. An
     * interrupt ends the call.
     */
    @SuppressWarnings("WaitNotInLoop") // All callers loop.
    private void pause(long millis) {
        try {
            core.wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(
                    ErrorCode.UNAVAILABLE, "Expected to wait for a message, but was interrupted");
        }
    }

    /**
     * Waits until something holds, with the core's monitor held. Interrupts do not end the wait.
     */
    private void await(BooleanSupplier done) {
        boolean interrupted = false;
        while (!done.getAsBoolean()) {
            try {
                core.wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
