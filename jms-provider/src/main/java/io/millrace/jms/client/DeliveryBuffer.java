package io.millrace.jms.client;

import io.millrace.jms.client.ConsumerCore.Given;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.MessageHead;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayDeque;

/** Messages that arrived and were not given yet, in order. Owned by its {@link ConsumerCore}. */
final class DeliveryBuffer {

    private final ArrayDeque<DeliveredRun> runs = new ArrayDeque<>();

    /** Where in the first run the next message stands: its index, and its place in the array. */
    private int index;

    private int position;
    private int messages;
    private long bytes;

    void add(DeliveredRun run) {
        runs.add(run);
        messages += run.count();
        bytes += run.length();
    }

    /** Number of messages. */
    int messages() {
        return messages;
    }

    /** Bytes that they take up. */
    long bytes() {
        return bytes;
    }

    /** The next message; there must be one. */
    Given take() {
        DeliveredRun run = runs.element();
        int at = index == 0 ? run.offset() : position;
        int length = MessageHead.length(run.array(), at);
        Given given = new Given(run, index, at, length);
        position = at + length;
        index++;
        messages--;
        bytes -= length;
        if (index == run.count()) {
            runs.remove();
            index = 0;
        }
        return given;
    }

    /** The sequences of all that is here. */
    SequenceRanges sequences() {
        RangeSet all = new RangeSet();
        int given = index;
        for (DeliveredRun run : runs) {
            all.add(run.firstSequence() + given, run.firstSequence() + run.count() - 1);
            given = 0;
        }
        return all.toRanges();
    }

    void clear() {
        runs.clear();
        index = 0;
        position = 0;
        messages = 0;
        bytes = 0;
    }
}
