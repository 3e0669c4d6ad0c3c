package io.millrace.bench;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The consumer: checks that each message of each lane arrives exactly once and in order. A lane is
 * one sequence of numbers; a queue may carry those of several producers. Owned by the thread of its
 * session.
 */
final class Arrivals implements MessageListener {

    private static final int FAULTS_KEPT = 5;

    private final Body body;
    private final SendWindow[] received;
    private final LongConsumer onSequence;
    private final long[] expectedByLane;
    private final List<String> faults = new ArrayList<>();
    private long faultCount;

    /** One lane. */
    Arrivals(int bodyBytes, SendWindow received) {
        this(bodyBytes, received, sequence -> {});
    }

    /** One lane, whose numbers are shown to {@code onSequence} as they arrive. */
    Arrivals(int bodyBytes, SendWindow received, LongConsumer onSequence) {
        this(bodyBytes, 1, onSequence, received);
    }

    /** Several lanes; lane i counts for window i, or for the only one. */
    Arrivals(int bodyBytes, int lanes, SendWindow... received) {
        this(bodyBytes, lanes, sequence -> {}, received);
    }

    private Arrivals(int bodyBytes, int lanes, LongConsumer onSequence, SendWindow... received) {
        this.body = new Body(bodyBytes);
        this.onSequence = onSequence;
        this.received = received.clone();
        this.expectedByLane = new long[lanes];
    }

    @Override
    public void onMessage(Message message) {
        int lane = 0;
        try {
            long number = body.number(message);
            onSequence.accept(Body.sequence(number));
            lane = accept(number);
        } catch (JMSException | ClassCastException e) {
            fault("Expected message %d, but it cannot be read: %s".formatted(expectedByLane[0], e));
        }
        received[received.length == 1 ? 0 : lane].advance();
    }

    /** Returns the lane. */
    int accept(long number) {
        int lane = Body.lane(number);
        long sequence = Body.sequence(number);
        if (lane >= expectedByLane.length) {
            fault("Expected lane 0 to %d, but it is %d".formatted(expectedByLane.length - 1, lane));
            return 0;
        }
        long expected = expectedByLane[lane];
        if (sequence == expected) {
            expectedByLane[lane] = expected + 1;
            return lane;
        }
        String where = expectedByLane.length == 1 ? "" : " in lane " + lane;
        fault("Expected message %d%s, but %d arrived".formatted(expected, where, sequence));
        expectedByLane[lane] = Math.max(expected, sequence + 1);
        return lane;
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
