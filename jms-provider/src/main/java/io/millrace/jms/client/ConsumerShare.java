package io.millrace.jms.client;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionFrame;
import org.jspecify.annotations.Nullable;

/**
 * What one session has of a consumer whose messages several sessions process: the messages that
 * were assigned to it by a connection consumer (Jakarta Messaging 3.1, 11.2). Thread-safe.
 */
public final class ConsumerShare implements HeldDeliveries {

    private final SessionConsumer consumer;

    /** Given to this session's listener and not settled. Guarded by this. */
    private final RangeSet given = new RangeSet();

    public ConsumerShare(SessionConsumer consumer) {
        this.consumer = consumer;
    }

    /** The session's listener gets a message and the session settles it later. */
    public synchronized void hold(ConsumerCore.Given message) {
        given.add(message.sequence(), message.sequence());
    }

    /** The session's listener is done with a message. */
    public void accept(ConsumerCore.Given message) {
        consumer.accept(message);
    }

    /**
     * The session's listener failed: the message comes again, flagged and counted.
     *
     * @param why null if nobody said
     */
    public void giveBack(ConsumerCore.Given message, @Nullable String why) {
        SequenceRanges one = SequenceRanges.of(message.sequence(), message.sequence());
        synchronized (this) {
            given.remove(one);
        }
        consumer.putBack(one, why);
    }

    private synchronized SequenceRanges takeAll() {
        SequenceRanges all = given.toRanges();
        given.clear();
        return all;
    }

    @Override
    public void acknowledge() {
        consumer.acknowledge(takeAll());
    }

    @Override
    public void recover() {
        consumer.putBack(takeAll(), null);
    }

    @Override
    public void release() {
        recover();
        consumer.awaitGivenBack();
    }

    @Override
    public int partition() {
        return consumer.partition();
    }

    @Override
    public synchronized TransactionFrame.Settlement settlement() {
        TransactionFrame.Settlement whole = consumer.settlement();
        return new TransactionFrame.Settlement(
                whole.consumerId(), whole.subscriptionId(), given.toRanges());
    }

    @Override
    public void committed(TransactionFrame.Settlement settlement) {
        synchronized (this) {
            given.remove(settlement.sequences());
        }
        consumer.committed(settlement);
    }

    @Override
    public synchronized boolean holdsAnything() {
        return !given.isEmpty();
    }
}
