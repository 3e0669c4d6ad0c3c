package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Event;
import io.millrace.core.Machine;
import io.millrace.core.index.HeapIndex;
import io.millrace.core.index.PageIndex;
import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One partition's broker: numbers what is sent, remembers what is settled, and decides who gets
 * what.
 *
 * <p>Hard state is in {@link PartitionState}. Owned by the partition's thread.
 */
public final class PartitionMachine implements Machine<PartitionCommand> {

    /**
     * After a crash sequences go on behind this many: more messages than a log ever holds that are
     * not durable yet. A local log holds less than 160 MiB of them ({@code LogFlush}), which are
     * four million messages at most.
     */
    static final long LEAP = 1L << 23;

    private final long leap;
    private final PartitionState state;
    private final Dispatcher dispatcher;
    private final Connections connections;
    private final Deliveries deliveries;
    private final Answers answers;
    private final Temporaries temporaries;
    private final Subscriptions subscriptions;
    private final Browsing browsing;
    private final Arrivals arrivals;
    private final StagedTransactions staging;
    private final Transactions transactions;
    private final Inquiries inquiries;
    private final BranchWork branchWork;
    private final Branches branches;
    private final Coordination coordination;
    private final Timers timers;
    private final DeadLetters deadLetters;
    private final Rewinds rewinds;
    private final FailedReads failedReads;

    /** Whether a command came since the log was replayed. */
    private boolean begun;

    /** One that keeps in the heap what it puts into its index. */
    public PartitionMachine(int partition, long epoch, PartitionLimits limits) {
        this(partition, epoch, limits, new HeapIndex());
    }

    /**
     * @param partition number of the partition, from 1 on
     * @param epoch epoch of its owner, told to clients with each delivery
     * @param index for what outgrows the heap; nobody else uses it
     */
    public PartitionMachine(int partition, long epoch, PartitionLimits limits, PageIndex index) {
        this(partition, epoch, limits, index, LEAP);
    }

    PartitionMachine(
            int partition, long epoch, PartitionLimits limits, PageIndex index, long leap) {
        this.leap = leap;
        this.state =
                new PartitionState(
                        partition,
                        new KnownBlocks(limits.sharers()),
                        new TimeMemory(index, limits.heldTimes()));
        this.dispatcher = new Dispatcher(epoch);
        this.timers = new Timers(state, dispatcher);
        this.deadLetters =
                new DeadLetters(partition, state, dispatcher, timers, limits.redelivery());
        Returns returns = new Returns(limits.redelivery(), deadLetters, timers);
        Members members = new Members(state);
        StagedBodies stagedBodies = new StagedBodies(state);
        this.connections =
                new Connections(state, dispatcher, members, returns, limits, stagedBodies);
        this.failedReads = new FailedReads(state, returns);
        this.deliveries = new Deliveries(state, dispatcher, members, returns, epoch);
        this.answers = new Answers(partition, epoch);
        this.temporaries = new Temporaries(state, connections, answers);
        this.subscriptions = new Subscriptions(state, connections, members, answers);
        this.browsing = new Browsing(state);
        this.arrivals = new Arrivals(state, connections, dispatcher, timers, limits);
        this.rewinds = new Rewinds(state, connections, subscriptions, dispatcher, timers, epoch);
        TransactedSends transacted = new TransactedSends(state, arrivals, limits);
        BranchLocks locks = new BranchLocks(state, deliveries, returns, dispatcher);
        this.branchWork =
                new BranchWork(state, connections, deliveries, transacted, locks, stagedBodies);
        PreparedWork prepared = new PreparedWork(state, arrivals, transacted, locks);
        this.coordination = new Coordination(partition, state, connections, prepared, branchWork);
        this.branches =
                new Branches(
                        state, arrivals, transacted, locks, branchWork, prepared, coordination);
        this.staging = new StagedTransactions(state, transacted, limits.transactionMillis());
        this.transactions =
                new Transactions(
                        state,
                        arrivals,
                        deliveries,
                        transacted,
                        connections,
                        branchWork,
                        coordination,
                        staging);
        this.inquiries = new Inquiries(state, connections, staging);
    }

    @Override
    public void handle(PartitionCommand command, long nowMillis, long steadyMillis, Decision out) {
        if (!begun) {
            begun = true;
            if (state.isUncertain()) {
                out.emit(new LifeEvent.NonPersistentLost(leap));
            }
        }
        timers.advance(nowMillis, steadyMillis, out);
        deadLetters.advance(steadyMillis, out);
        arrivals.advance(steadyMillis);
        branchWork.resume(out);
        coordination.advance(steadyMillis, out);
        rewinds.resume(out);
        command.dispatch(new Handling(nowMillis, steadyMillis, out));
        arrivals.lookAgain(command, out);
    }

    @Override
    public void apply(Event event, long at) {
        state.apply((PartitionEvent) event, at);
    }

    @Override
    public void snapshot(WireOutput to) {
        state.writeTo(to);
    }

    @Override
    public @Nullable Event intact() {
        return state.isUncertain() ? new LifeEvent.StoppedCleanly() : null;
    }

    @Override
    public void restore(WireInput from) {
        state.readFrom(from);
    }

    /** Ids of the subscriptions of a destination, as they are now. */
    public List<Long> subscriptionsOf(long destinationId) {
        return state.destination(destinationId).subscriptions.stream()
                .map(subscription -> subscription.id)
                .toList();
    }

    /** Those of the sequences of a destination that some subscription has not settled. */
    public SequenceRanges unsettled(long destinationId, SequenceRanges sequences) {
        return state.destination(destinationId).needed(sequences);
    }

    /**
     * The smallest sequence of a destination, from one on, that some subscription has not settled;
     * {@link RangeSet#NONE} if there is none, or no such destination.
     */
    public long nextNeeded(long destinationId, long from) {
        Destination destination = state.destinationsById.get(destinationId);
        return destination == null ? RangeSet.NONE : destination.nextNeeded(from);
    }

    /**
     * From this sequence of a destination on, a rewind that is under way will look at what is
     * settled, too; {@link RangeSet#NONE} if none is.
     */
    public long lowestRewound(long destinationId) {
        Destination destination = state.destinationsById.get(destinationId);
        return destination == null ? RangeSet.NONE : destination.lowestRewound();
    }

    /** Whether a rewind of any destination is under way. */
    public boolean isRewinding() {
        return state.destinationsById.values().stream()
                .anyMatch(destination -> destination.lowestRewound() != RangeSet.NONE);
    }

    /** The messages of a destination whose body is one of some. */
    public SequenceRanges referring(long destinationId, Set<Long> bodies) {
        return state.bodies.referring(destinationId, bodies);
    }

    /** Whether a message refers to a body. */
    public boolean isReferred(long bodyId) {
        return state.bodies.isReferred(bodyId);
    }

    /** Whether a destination is a body: read once, so that its parts are not worth keeping. */
    public boolean isBody(long destinationId) {
        return state.bodies.isBody(destinationId);
    }

    /** Whether it would begin with {@link LifeEvent.NonPersistentLost}: the log ends in a crash. */
    public boolean isUncertain() {
        return state.isUncertain();
    }

    /** Branches of distributed transactions, as they are now. */
    public KnownBranches branches() {
        return state.branches;
    }

    /** Numbers about every destination, as they are now. */
    public void report(DestinationReport.Receiver answer) {
        for (Destination destination : state.destinationsById.values()) {
            answer.destination(
                    new DestinationReport(
                            destination.id,
                            destination.kind,
                            destination.name,
                            destination.nextSequence,
                            destination.lowestPinned(),
                            destination.subscriptions.size()));
        }
    }

    /** The handling of one command. */
    private final class Handling implements PartitionCommand.Handler {

        private final long nowMillis;
        private final long steadyMillis;
        private final Decision out;

        Handling(long nowMillis, long steadyMillis, Decision out) {
            this.nowMillis = nowMillis;
            this.steadyMillis = steadyMillis;
            this.out = out;
        }

        @Override
        public void linkOpened(PartitionCommand.LinkOpened command) {
            staging.forgetConnection(command.origin().connectionId());
            arrivals.forgetConnection(command.origin().connectionId());
            connections.opened(command.origin(), steadyMillis, out);
            // Only now: what comes back is not for consumers of a link that is gone.
            branchWork.linkLost(command.origin().connectionId(), out);
        }

        @Override
        public void linkClosed(PartitionCommand.LinkClosed command) {
            if (connections.isCurrent(command.origin())) {
                staging.forgetConnection(command.origin().connectionId());
                arrivals.forgetConnection(command.origin().connectionId());
                deliveries.forget(command.origin().connectionId());
                connections.closed(command.origin(), steadyMillis, out);
                branchWork.linkLost(command.origin().connectionId(), out);
            }
        }

        @Override
        public void clientIdClaimed(PartitionCommand.ClientIdClaimed command) {
            connections.claimed(command.connectionId(), command.clientId());
        }

        @Override
        public void connectionEnded(PartitionCommand.ConnectionEnded command) {
            staging.forgetConnection(command.connectionId());
            arrivals.forgetConnection(command.connectionId());
            deliveries.forget(command.connectionId());
            connections.ended(command.connectionId(), command.clean(), steadyMillis, out);
            branchWork.connectionEnded(command.connectionId(), command.clean(), steadyMillis, out);
        }

        @Override
        public void openDestination(PartitionCommand.OpenDestination command) {
            if (!state.destinationsById.containsKey(command.destinationId())) {
                out.emit(
                        new PartitionEvent.DestinationOpened(
                                command.destinationId(),
                                command.kind(),
                                command.name(),
                                Id128.NONE));
                deadLetters.opened(state.destination(command.destinationId()), out);
            }
            if (command.requestId() != 0) {
                answers.located(
                        command.origin(),
                        command.requestId(),
                        command.placementVersion(),
                        state.destination(command.destinationId()),
                        out);
            }
        }

        @Override
        public void openTemporary(PartitionCommand.OpenTemporary command) {
            temporaries.open(command, out);
        }

        @Override
        public void findTemporary(PartitionCommand.FindTemporary command) {
            temporaries.find(command, out);
        }

        @Override
        public void deleteTemporary(PartitionCommand.DeleteTemporary command) {
            temporaries.delete(command, out);
        }

        @Override
        public void openSubscription(PartitionCommand.OpenSubscription command) {
            subscriptions.open(command, out);
        }

        @Override
        public void dropSubscription(PartitionCommand.DropSubscription command) {
            subscriptions.drop(command, out);
        }

        @Override
        public void openProducer(PartitionCommand.OpenProducer command) {
            arrivals.openProducer(command, out);
        }

        @Override
        public void closeProducer(PartitionCommand.CloseProducer command) {
            arrivals.closeProducer(command.producerId(), out);
        }

        @Override
        public void enqueue(PartitionCommand.Enqueue command) {
            if (!connections.isCurrent(command.origin())) {
                // Of a link that broke, or that was open before this machine was built anew: what
                // went before it may be lost, and all of it comes again over the next link.
                return;
            }
            byte[] transactionId = command.batch().transactionId();
            if (transactionId.length == 0) {
                arrivals.enqueue(command, out);
            } else if (BranchId.isOne(transactionId)) {
                branchWork.stage(command, out);
            } else {
                staging.stage(command, steadyMillis, out);
            }
        }

        @Override
        public void askOutcome(PartitionCommand.AskOutcome command) {
            inquiries.handle(command, out);
        }

        @Override
        public void attach(PartitionCommand.Attach command) {
            if (connections.isCurrent(command.origin())) {
                connections.consumerOpened(command.origin().connectionId(), command.consumerId());
                deliveries.attach(command, out);
            }
        }

        @Override
        public void detach(PartitionCommand.Detach command) {
            if (connections.isCurrent(command.origin())) {
                deliveries.detach(command, out);
                if (!command.held().isEmpty()) {
                    connections.consumerClosed(
                            command.origin().connectionId(), command.consumerId());
                }
            }
        }

        @Override
        public void credit(PartitionCommand.Credit command) {
            if (connections.isCurrent(command.origin())) {
                deliveries.credit(command, out);
            }
        }

        @Override
        public void settle(PartitionCommand.Settle command) {
            if (connections.isCurrent(command.origin())) {
                deliveries.settle(command, out);
            }
            if (command.awaited()) {
                out.hurry();
            }
        }

        @Override
        public void browse(PartitionCommand.Browse command) {
            browsing.browse(command, nowMillis, out);
        }

        @Override
        public void readDone(PartitionCommand.ReadDone command) {
            Destination destination = state.destinationsById.get(command.destinationId());
            if (destination != null) {
                dispatcher.readDone(command, destination, out);
            }
        }

        @Override
        public void selectDone(PartitionCommand.SelectDone command) {
            Subscription subscription = state.subscriptionsById.get(command.subscriptionId());
            if (subscription != null) {
                dispatcher.selectDone(command, subscription, out);
            }
        }

        @Override
        public void readFailed(PartitionCommand.ReadFailed command) {
            failedReads.handle(command.of(), out);
        }

        @Override
        public void buryDeadLetter(PartitionCommand.BuryDeadLetter command) {
            deadLetters.bury(command, out);
        }

        @Override
        public void deadLetter(PartitionCommand.DeadLetter command) {
            deadLetters.handle(command.step(), out);
        }

        @Override
        public void spaceChanged(PartitionCommand.SpaceChanged command) {
            arrivals.spaceChanged(command.shortage(), out);
            deadLetters.spaceChanged(command.shortage() != null, out);
        }

        @Override
        public void rewind(PartitionCommand.Rewind command) {
            rewinds.handle(command.step(), nowMillis, out);
        }

        @Override
        public void relocate(PartitionCommand.Relocate command) {
            PartitionEvent.Enqueued messages = command.messages();
            Destination destination = state.destinationsById.get(messages.destinationId());
            long last = messages.firstSequence() + messages.batch().count() - 1;
            if (destination != null && destination.isNeeded(messages.firstSequence(), last)) {
                out.emit(new Relocated(messages));
            }
        }

        @Override
        public void branch(PartitionCommand.Branch command) {
            branches.handle(command.step(), nowMillis, steadyMillis, out);
        }

        @Override
        public void transaction(PartitionCommand.Transaction command) {
            TransactionSteps steps =
                    new TransactionSteps(transactions, staging, coordination, nowMillis, out);
            steps.handle(command.step(), connections);
        }

        @Override
        public void tick(PartitionCommand.Tick command) {
            connections.tick(steadyMillis, out);
            branchWork.tick(steadyMillis, out);
            staging.tick(steadyMillis, out);
            coordination.tick(out);
            timers.wake(out);
            deadLetters.wake(out);
            arrivals.admit(out);
        }

        @Override
        public void stopping(PartitionCommand.Stopping command) {
            if (state.hadNonPersistent()) {
                out.emit(new LifeEvent.StoppedCleanly());
            }
        }

        @Override
        public void query(PartitionCommand.Query command) {
            report(command.answer());
        }
    }
}
