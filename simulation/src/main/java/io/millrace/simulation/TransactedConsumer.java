package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.ConsumerCore;
import io.millrace.jms.client.ConsumerPort;
import io.millrace.jms.client.RefusedException;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.TransactionFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A receiver of a transacted session: what it gets is settled or given back by the session. */
final class TransactedConsumer implements ConsumerPort {

    private static final long IDLE_NANOS = 400 * Node.MILLI;
    private static final int SOON_NANOS = 400_000;

    private final World world;
    private final Node node;
    private final BrokerConnection connection;
    private final Receiving session;
    private final ConsumerCore core;
    private final SimulatedConsumer.Source source;
    private final String name;
    private final int partition;
    private final List<Long> held = new ArrayList<>();
    private final TreeSet<Long> toComeAgain = new TreeSet<>();

    /** What went over to a branch that is not decided. */
    private final List<Long> inBranch = new ArrayList<>();

    private boolean workPlanned;
    private boolean closing;
    private boolean detached;
    private boolean finished;

    TransactedConsumer(
            World world,
            Node node,
            BrokerConnection connection,
            Receiving session,
            SimulatedConsumer.Source source,
            BrokerFrame.Located located) {
        this.world = world;
        this.node = node;
        this.connection = connection;
        this.session = session;
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
        this.name = node.name + "#" + core.consumerId() + "tx";
        core.window(
                connection.options().consumerCredit(), connection.options().consumerCreditBytes());
        connection.register(this);
        idle();
    }

    String subscription() {
        return source.subscription();
    }

    int partition() {
        return partition;
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
        RuntimeException failure = core.failure();
        if (failure != null) {
            failed(failure);
        } else if (detached && inBranch.isEmpty() && !core.holdsAnything() && core.isSettled()) {
            finish();
        }
        workSoon();
    }

    private void finish() {
        if (!finished) {
            finished = true;
            connection.forget(this);
        }
    }

    private void failed(RuntimeException failure) {
        boolean gone =
                failure instanceof RefusedException refused
                        && refused.code() == ErrorCode.UNAVAILABLE;
        if (!gone && !finished) {
            throw new Violation(
                    Check.NO_REFUSAL_WITHOUT_CAUSE, "consumer " + name + " was ended: " + failure);
        }
        finish();
    }

    /** There may be something to take. */
    void workSoon() {
        if (!workPlanned && !finished) {
            workPlanned = true;
            node.after(
                    1 + node.random.nextInt(SOON_NANOS),
                    () -> {
                        workPlanned = false;
                        work();
                    });
        }
    }

    private void idle() {
        node.after(
                IDLE_NANOS,
                () -> {
                    if (!finished) {
                        core.balanceIdle();
                        workSoon();
                        idle();
                    }
                });
    }

    private void work() {
        if (finished || closing || core.failure() != null || !session.mayReceive()) {
            return;
        }
        if (core.hasMessage()) {
            take();
            workSoon();
        }
    }

    private void take() {
        ConsumerCore.Given given = core.take();
        long id = Record.id(given);
        if (source.exclusive()) {
            world.oracle().requireOrder(toComeAgain, id, name);
            toComeAgain.remove(id);
        }
        Network.Departure departure = world.network().departureOf(given.run().array());
        world.oracle().given(source.subscription(), name, id, given.run(), departure.atNanos());
        world.oracle().given(source, this, given, departure);
        held.add(id);
        session.record().received.add(new TransactionRecord.Received(source.subscription(), id));
    }

    /** What the session's transaction is done with. */
    TransactionFrame.Settlement settlement() {
        return core.settlement();
    }

    /** Whether the session's transaction is committed is about to be decided. */
    void deciding() {
        long now = world.timeline().nowNanos();
        held.forEach(id -> world.oracle().groups().accepted(this, id, now));
    }

    /** Its connection is gone. */
    void gone() {
        world.oracle().groups().gone(this, world.timeline().nowNanos());
    }

    /** The session's transaction was rolled back. */
    void rolledBack() {
        long now = world.timeline().nowNanos();
        held.forEach(id -> world.oracle().groups().givenBack(this, id, now));
        toComeAgain.addAll(held);
        held.clear();
        core.putBack();
        changed();
    }

    // ---- branches of distributed transactions ----

    /** What it got is about to go over to the branch: who gets it next is up to that. */
    void leaving() {
        long now = world.timeline().nowNanos();
        held.forEach(id -> world.oracle().groups().givenBack(this, id, now));
    }

    /** What it got is with the branch now. */
    void handedOver(TransactionFrame.Settlement settlement) {
        inBranch.addAll(held);
        held.clear();
        core.committed(settlement);
        changed();
    }

    /** The link broke before the branch was left: what was received comes again. */
    void branchBroken() {
        leaving();
        toComeAgain.addAll(held);
        held.clear();
        core.putBack();
    }

    /** The branch is about to be committed. */
    void branchDeciding() {
        long now = world.timeline().nowNanos();
        inBranch.forEach(id -> world.oracle().groups().accepted(this, id, now));
    }

    void branchCommitted() {
        inBranch.clear();
        changed();
    }

    /** What went over to the branch is given back by the broker, the rest from here. */
    void branchRolledBack() {
        long now = world.timeline().nowNanos();
        inBranch.forEach(id -> world.oracle().groups().givenBack(this, id, now));
        toComeAgain.addAll(inBranch);
        branchUnknown();
    }

    /** The same if the branch may have been committed: what went over to it comes again, or not. */
    void branchUnknown() {
        boolean any = !inBranch.isEmpty();
        inBranch.clear();
        rolledBack();
        if (any && core.isAttached()) {
            core.makeWay();
        }
    }

    /** The application closes it; what it got stays in the transaction. */
    void close() {
        if (closing || finished || core.failure() != null) {
            return;
        }
        closing = true;
        var unused =
                connection
                        .unregisterLater(this)
                        .thenRun(
                                () -> {
                                    detached = true;
                                    changed();
                                });
    }

    @Override
    public String toString() {
        return name
                + " of "
                + source.subscription()
                + (core.isAttached() ? "" : " unattached")
                + (core.hasMessage() ? " has" : "")
                + (closing ? " closing" : "")
                + " held "
                + held;
    }
}
