package io.millrace.bench;

import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;

/**
 * Sends with a completion listener, to several lanes in turn, and keeps up to a window of messages
 * unconfirmed over all of them.
 */
final class AsyncSender implements Traffic.Sender, CompletionListener {

    private final List<Wiring.Lane> lanes;
    private final long[] sequenceByLane;
    private final Body body;
    private final SendWindow confirmed;
    private int nextLane;
    private volatile String failure = "";

    AsyncSender(List<Wiring.Lane> lanes, Body body, int window) {
        this.lanes = List.copyOf(lanes);
        this.sequenceByLane = new long[lanes.size()];
        this.body = body;
        this.confirmed = new SendWindow("messages confirmed", window);
    }

    @Override
    public void send(long sequence) throws JMSException {
        confirmed.awaitRoom(sequence);
        refuseFailure();
        int lane = nextLane;
        nextLane = lane + 1 == sequenceByLane.length ? 0 : lane + 1;
        Wiring.Lane to = lanes.get(lane);
        long number = Body.number(lane, sequenceByLane[lane]++);
        to.producer().send(body.message(to.session(), number), this);
    }

    @Override
    public void onCompletion(Message message) {
        confirmed.advance();
    }

    @Override
    public void onException(Message message, Exception exception) {
        failure = "Expected a confirmation, but the send failed: " + exception;
    }

    @Override
    public void awaitConfirmed(long count) throws JMSException {
        refuseFailure();
        confirmed.awaitArrivals(count);
    }

    private void refuseFailure() throws JMSException {
        if (!failure.isEmpty()) {
            throw new JMSException(failure);
        }
    }

    @Override
    public long confirmed() {
        return confirmed.arrived();
    }
}
