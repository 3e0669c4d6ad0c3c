package io.millrace.core.partition;

import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/**
 * The last time that somebody took a subscription back, under way or over. It is remembered so that
 * a crash does not interrupt it, and a client that asks again is told the outcome. Hard state;
 * owned by the partition's thread.
 */
final class Rewinding {

    private final Id128 connectionId;
    private final long requestId;
    final long last;
    final @Nullable String selector;

    /** Settled since it began, and not looked at yet: that was waiting, and does not come again. */
    private final SequenceSet settledSince = new SequenceSet();

    /** All before was looked at. */
    long next;

    /** What waits again because of it. */
    long messages;

    /** The first of these, and when it was stored; 0 if there is none. */
    long firstSequence;

    long firstMillis;

    /** Why it ended before all was looked at; null if it did not. */
    @Nullable String failure;

    Rewinding(RewindEvent.RewindBegan began) {
        this(
                began.connectionId(),
                began.requestId(),
                began.lastSequence(),
                began.selector(),
                began.firstSequence());
    }

    private Rewinding(
            Id128 connectionId, long requestId, long last, @Nullable String selector, long next) {
        this.connectionId = connectionId;
        this.requestId = requestId;
        this.last = last;
        this.selector = selector;
        this.next = next;
    }

    boolean isFor(Id128 connection, long request) {
        return connectionId.equals(connection) && requestId == request;
    }

    boolean isDone() {
        return next > last;
    }

    void apply(RewindEvent.Rewound event) {
        next = event.upToSequence() + 1;
        if (!settledSince.isEmpty()) {
            settledSince.remove(0, isDone() ? SequenceSet.NONE - 1 : next - 1);
        }
        if (messages == 0 && !event.sequences().isEmpty()) {
            firstSequence = event.sequences().first(0);
            firstMillis = event.firstMillis();
        }
        messages += event.sequences().sequenceCount();
        failure = event.failure();
    }

    /** Messages are settled that were not. */
    void settled(SequenceRanges some) {
        for (int range = 0; range < some.rangeCount(); range++) {
            if (some.last(range) >= next && some.first(range) <= last) {
                settledSince.add(
                        Math.max(some.first(range), next), Math.min(some.last(range), last));
            }
        }
    }

    /** Those of some settled sequences that were so when it began. */
    SequenceRanges settledBefore(SequenceRanges some) {
        if (settledSince.isEmpty()) {
            return some;
        }
        SequenceSet before = new SequenceSet();
        before.add(some);
        before.remove(settledSince.intersect(some));
        return before.toRanges();
    }

    void writeTo(WireOutput to) {
        to.writeId(connectionId).writeVarint(requestId).writeVarint(last);
        to.writeNullableString(selector).writeVarint(next);
        to.writeVarint(messages).writeVarint(firstSequence).writeVarint(firstMillis);
        settledSince.writeTo(to);
        to.writeNullableString(failure);
    }

    static Rewinding read(WireInput from) {
        Rewinding read =
                new Rewinding(
                        from.readId(),
                        from.readVarint(),
                        from.readVarint(),
                        from.readNullableString(),
                        from.readVarint());
        read.messages = from.readVarint();
        read.firstSequence = from.readVarint();
        read.firstMillis = from.readVarint();
        read.settledSince.readFrom(from);
        read.failure = from.readNullableString();
        return read;
    }
}
