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
    }

    /** Messages are settled. */
    void settled(long first, long end) {
        if (end >= next && first <= last) {
            settledSince.add(Math.max(first, next), Math.min(end, last));
        }
    }

    /** Those of some settled sequences that were so when it began. */
    SequenceRanges settledBefore(SequenceRanges some) {
        if (settledSince.isEmpty()) {
            return some;
        }
        SequenceSet before = new SequenceSet();
        before.add(some);
        before.remove(settledSince.toRanges());
        return before.toRanges();
    }

    void writeTo(WireOutput to) {
        to.writeId(connectionId).writeVarint(requestId).writeVarint(last);
        to.writeNullableString(selector).writeVarint(next);
        to.writeVarint(messages).writeVarint(firstSequence).writeVarint(firstMillis);
        settledSince.toRanges().writeTo(to);
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
        read.settledSince.add(SequenceRanges.read(from));
        return read;
    }
}
