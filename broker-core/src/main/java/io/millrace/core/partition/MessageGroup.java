package io.millrace.core.partition;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The messages of one group in {@link Groups}, in order. Owned by the partition's thread. */
final class MessageGroup {

    private static final long NOTHING = -1;

    /** Who has what of it is out; null if nothing is. */
    @Nullable Holder owner;

    /** How many wait for the end of a delay. */
    int postponed;

    /** How many are not settled. */
    int unsettled;

    /** What is offered, and to whom, null for all; {@link #NOTHING} if nothing is. */
    long offered = NOTHING;

    @Nullable Holder offeredTo;

    /** Ascending, from {@link #head} on. Before stand some that are out, or settled. */
    private long[] sequences = new long[1];

    private int end;

    /** Nothing before it waits. */
    private int head;

    private int out;

    /**
     * A message was stored, or read from a snapshot.
     *
     * @param members those that are not settled
     */
    void add(long sequence, SequenceSet members) {
        if (end == sequences.length) {
            forgetSettled(members);
        }
        sequences[end++] = sequence;
        unsettled++;
    }

    /** A consumer got one. */
    void given(Holder holder) {
        owner = holder;
        out++;
    }

    /** One that a consumer had is settled or came back. */
    void takenBack() {
        out--;
        if (out == 0) {
            owner = null;
        }
    }

    /** The first that may wait; {@link #NOTHING} if there is none. */
    long head() {
        return head < end ? sequences[head] : NOTHING;
    }

    /** The first does not wait: the next that may. */
    long afterHead() {
        head++;
        return head();
    }

    /** Whether one that may wait, and that a test accepts, stands before another. */
    boolean hasBefore(long sequence, LongPredicate test) {
        for (int index = head; index < end && sequences[index] < sequence; index++) {
            if (test.test(sequences[index])) {
                return true;
            }
        }
        return false;
    }

    /** One before the head waits again. */
    void waitsAgain(long sequence) {
        int found = Arrays.binarySearch(sequences, 0, end, sequence);
        if (found >= 0) {
            head = Math.min(head, found);
        }
    }

    /**
     * Messages that were settled wait again.
     *
     * @param again in order; none of them is counted
     * @param members those that are not settled, these among them
     */
    void restore(List<Long> again, SequenceSet members) {
        if (end == 0 || sequences[end - 1] < again.get(0)) {
            // A rewind goes forward, so mostly: a group of millions is not copied at each step.
            again.forEach(each -> add(each, members));
            return;
        }
        long[] merged = new long[end + again.size()];
        int size = 0;
        int next = 0;
        for (int index = 0; index < end; index++) {
            while (next < again.size() && again.get(next) < sequences[index]) {
                merged[size++] = again.get(next++);
            }
            boolean same = next < again.size() && again.get(next) == sequences[index];
            if (!same && members.contains(sequences[index])) {
                merged[size++] = sequences[index];
            }
        }
        while (next < again.size()) {
            merged[size++] = again.get(next++);
        }
        sequences = merged;
        end = size;
        head = 0;
        unsettled += again.size();
    }

    /** Makes room by leaving out what is settled, and more if that is little. */
    private void forgetSettled(SequenceSet members) {
        int kept = 0;
        int newHead = 0;
        for (int index = 0; index < end; index++) {
            newHead += index < head && members.contains(sequences[index]) ? 1 : 0;
            if (members.contains(sequences[index])) {
                sequences[kept++] = sequences[index];
            }
        }
        head = newHead;
        end = kept;
        if (end >= sequences.length - (sequences.length >> 2)) {
            sequences = Arrays.copyOf(sequences, end + (end >> 1) + 1);
        }
    }
}
