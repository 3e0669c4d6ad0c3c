package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.ConsumerCore;
import io.millrace.jms.client.ConsumerPort;
import io.millrace.jms.client.RefusedException;
import io.millrace.wire.BodyReference;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An application's receiver: a real consumer core without a thread that waits for it. Receives or
 * listens, acknowledges each message or many, and sometimes gives back what it has.
 */
final class SimulatedConsumer implements ConsumerPort {

    private static final long IDLE_NANOS = 400 * Node.MILLI;
    private static final int SOON_NANOS = 200_000;

    private final World world;
    private final Node node;
    private final BrokerConnection connection;
    private final ConsumerCore core;
    private final int partition;
    private final Source source;
    private final String name;
    private final boolean listening;
    private final int acknowledgeEvery;
    private final List<Long> held = new ArrayList<>();
    private final List<Long> unconfirmed = new ArrayList<>();
    private final TreeSet<Long> toComeAgain = new TreeSet<>();
    private ConsumerCore.@Nullable Given inHand;
    private boolean workPlanned;

    /** The body of the message in hand is on its way. */
    private boolean fetching;

    /** The link was lost since: others may have got the message. */
    private boolean linkLost;

    /** It asked for more, and got nothing since. */
    private boolean asked;

    private boolean draining;
    private boolean closing;
    private boolean detached;
    private boolean finished;

    /**
     * Where it receives from.
     *
     * @param subscription the oracle's name for it
     * @param exclusive whether nobody else receives from it
     * @param mayVanish whether it may be deleted under the consumer
     * @param selector of a consumer on a queue, null for none
     */
    record Source(
            String subscription, boolean exclusive, boolean mayVanish, @Nullable String selector) {

        Source(String subscription, boolean exclusive, boolean mayVanish) {
            this(subscription, exclusive, mayVanish, null);
        }
    }

    /** An application that wants everything does not ask for it one by one. */
    private static final int DRAINED_AT_ONCE = 200;

    SimulatedConsumer(
            World world,
            Node node,
            BrokerConnection connection,
            Source source,
            BrokerFrame.Located located) {
        this.world = world;
        this.node = node;
        this.connection = connection;
        this.source = source;
        this.partition = located.partition();
        this.core =
                new ConsumerCore(
                        connection.nextConsumerId(),
                        located.partition(),
                        located.subscriptionId(),
                        source.selector(),
                        connection.options(),
                        connection);
        this.name = node.name + "#" + core.consumerId();
        this.listening = node.random.nextBoolean();
        this.acknowledgeEvery = node.random.nextBoolean() ? 0 : 1 + node.random.nextInt(8);
        if (listening) {
            core.window(
                    connection.options().consumerCredit(),
                    connection.options().consumerCreditBytes());
        }
        connection.register(this);
        idle();
    }

    Source source() {
        return source;
    }

    boolean isFinished() {
        return finished;
    }

    boolean isClosing() {
        return closing;
    }

    @Override
    public ConsumerCore core() {
        return core;
    }

    @Override
    public void changed() {
        linkLost |= !core.isAttached();
        if (core.isSettled()) {
            unconfirmed.forEach(
                    id ->
                            world.oracle()
                                    .acceptConfirmed(
                                            source.subscription(),
                                            id,
                                            world.timeline().nowNanos()));
            unconfirmed.clear();
        }
        RuntimeException failure = core.failure();
        if (failure != null) {
            failed(failure);
        } else if (detached && !core.holdsAnything() && core.isSettled()) {
            finish();
        }
        workSoon(SOON_NANOS);
    }

    private void finish() {
        if (!finished) {
            finished = true;
            connection.forget(this);
        }
    }

    private void failed(RuntimeException failure) {
        if (finished) {
            return;
        }
        ErrorCode code =
                failure instanceof RefusedException refused ? refused.code() : ErrorCode.PROTOCOL;
        boolean gone = code == ErrorCode.UNAVAILABLE;
        boolean vanished = source.mayVanish() && code == ErrorCode.INVALID_DESTINATION;
        if (!gone && !vanished) {
            throw new Violation(
                    Check.NO_REFUSAL_WITHOUT_CAUSE,
                    "consumer " + name + " of " + source.subscription() + " was ended: " + failure);
        }
        finish();
    }

    private void workSoon(int withinNanos) {
        if (!workPlanned && !finished) {
            workPlanned = true;
            node.after(
                    1 + node.random.nextInt(withinNanos),
                    () -> {
                        workPlanned = false;
                        work();
                    });
        }
    }

    private void idle() {
        node.after(
                IDLE_NANOS + node.random.nextInt((int) IDLE_NANOS),
                () -> {
                    if (!finished) {
                        if (listening) {
                            core.balanceIdle();
                        } else if (inHand == null && core.hasOutstanding()) {
                            core.returnUnused();
                        }
                        asked = false;
                        workSoon(SOON_NANOS);
                        idle();
                    }
                });
    }

    @Override
    public String toString() {
        return name
                + " of "
                + source.subscription()
                + (listening ? " listens" : " receives")
                + (core.isAttached() ? "" : " unattached")
                + (core.isDrained() ? " drained" : "")
                + (core.hasOutstanding() ? " outstanding" : "")
                + (core.hasMessage() ? " has" : "")
                + (core.isAwaitingConfirmation() ? " awaits" : "")
                + (core.isSettled() ? "" : " unsettled")
                + (closing ? " closing" : "")
                + " held "
                + held;
    }

    private void work() {
        if (finished || fetching || core.failure() != null) {
            return;
        }
        putDown();
        if (closing) {
            return;
        }
        if (core.hasMessage()) {
            take();
            boolean slow = !draining && node.random.nextInt(60) == 0;
            workSoon(slow ? 800 * (int) Node.MILLI : 2 * SOON_NANOS);
        } else if (!held.isEmpty()) {
            acknowledge();
        } else if (!listening && (draining || !asked)) {
            asked = true;
            ask();
        }
    }

    private void ask() {
        if (draining) {
            if (core.isRequestDue()) {
                core.request(DRAINED_AT_ONCE);
            }
        } else if (core.isRequestDue() && node.random.nextInt(3) > 0) {
            core.request(1 + node.random.nextInt(20));
        } else if (node.random.nextInt(3) == 0) {
            core.requestAndDrain(1 + node.random.nextInt(3));
        }
    }

    private void take() {
        ConsumerCore.Given given = core.take();
        long id = Record.id(given);
        if (source.exclusive()) {
            world.oracle().requireOrder(toComeAgain, id, name);
            toComeAgain.remove(id);
        }
        if (source.selector() != null) {
            world.oracle().requireSelected(id, name);
        }
        Network.Departure departure = world.network().departureOf(given.run().array());
        world.oracle().given(source.subscription(), name, id, given.run(), departure.atNanos());
        world.oracle().given(source, this, given, departure);
        inHand = given;
        asked = false;
        held.add(id);
        fetchBody(given, id);
    }

    /** Before it is acknowledged: afterwards nobody keeps its body. */
    private void fetchBody(ConsumerCore.Given given, long id) {
        BodyReference body = Record.body(given);
        if (body == null) {
            return;
        }
        fetching = true;
        linkLost = false;
        // What may be lost, or deleted, takes its body with it; who closes gets no more of it.
        boolean lasting = Record.isPersistent(given) && !source.mayVanish();
        new SimulatedDownload(
                        node,
                        connection,
                        partition,
                        body,
                        wrong -> {
                            fetching = false;
                            if (wrong == null) {
                                world.coverage().happened("seen a large body whole");
                            } else if (lasting && isToHaveIt()) {
                                raise(id, body, wrong);
                            }
                            workSoon(SOON_NANOS);
                        })
                .step();
    }

    private boolean isToHaveIt() {
        return !linkLost && !closing && core.isAttached() && connection.failure() == null;
    }

    private void raise(long id, BodyReference body, String wrong) {
        world.timeline()
                .after(
                        0,
                        () -> {
                            throw new Violation(
                                    Check.DELIVERED_WAS_SENT,
                                    name
                                            + " has message "
                                            + id
                                            + " with "
                                            + body
                                            + ", but "
                                            + wrong);
                        });
    }

    /** The application is done with the message in its hands. */
    private void putDown() {
        ConsumerCore.Given given = inHand;
        if (given == null) {
            return;
        }
        inHand = null;
        if (!draining && node.random.nextInt(25) == 0) {
            giveBack();
        } else if (acknowledgeEvery == 0) {
            long id = held.remove(held.size() - 1);
            accepted(id);
            core.accept(given.sequence());
        } else if (held.size() >= acknowledgeEvery) {
            acknowledge();
        }
    }

    private void accepted(long id) {
        world.oracle().accepted(source.subscription(), id);
        world.oracle().groups().accepted(this, id, world.timeline().nowNanos());
        unconfirmed.add(id);
    }

    private void acknowledge() {
        held.forEach(this::accepted);
        held.clear();
        core.acceptHeld();
    }

    private void giveBack() {
        long now = world.timeline().nowNanos();
        held.forEach(id -> world.oracle().groups().givenBack(this, id, now));
        toComeAgain.addAll(held);
        held.clear();
        core.putBack();
    }

    /** Its connection is gone. */
    void gone() {
        world.oracle().groups().gone(this, world.timeline().nowNanos());
    }

    /** Nothing is given back and nothing is slow any more. */
    void drain() {
        draining = true;
        workSoon(SOON_NANOS);
    }

    /** The application closes it, and decides a little later about what it has. */
    void close() {
        if (closing || finished || core.failure() != null) {
            return;
        }
        closing = true;
        if (acknowledgeEvery == 0) {
            putDown();
        }
        var unused =
                connection
                        .unregisterLater(this)
                        .thenRun(
                                () -> {
                                    detached = true;
                                    changed();
                                });
        node.after(
                1 + node.random.nextInt(20) * Node.MILLI,
                () -> {
                    if (!finished && core.failure() == null) {
                        inHand = null;
                        if (node.random.nextBoolean()) {
                            acknowledge();
                        } else {
                            giveBack();
                        }
                        changed();
                    }
                });
    }
}
