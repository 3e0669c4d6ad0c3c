package io.millrace.bench;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.ArrayList;
import java.util.List;

/**
 * The consumer: checks that each message arrives exactly once and in order. Owned by the thread of
 * its session.
 */
final class Arrivals implements MessageListener {

    private static final int FAULTS_KEPT = 5;

    private final Body body;
    private final SendWindow received;
    private final List<String> faults = new ArrayList<>();
    private long faultCount;
    private long expected;

    Arrivals(int bodyBytes, SendWindow received) {
        this.body = new Body(bodyBytes);
        this.received = received;
    }

    @Override
    public void onMessage(Message message) {
        try {
            accept(body.sequence(message));
        } catch (JMSException | ClassCastException e) {
            fault("Expected message %d, but it cannot be read: %s".formatted(expected, e));
        }
        received.advance();
    }

    void accept(long sequence) {
        if (sequence == expected) {
            expected++;
            return;
        }
        fault("Expected message %d, but %d arrived".formatted(expected, sequence));
        expected = Math.max(expected, sequence + 1);
    }

    private synchronized void fault(String text) {
        faultCount++;
        if (faults.size() < FAULTS_KEPT) {
            faults.add(text);
        }
    }

    synchronized long faultCount() {
        return faultCount;
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }
}
