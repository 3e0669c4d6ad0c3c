package io.millrace.core.partition;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a producer: whose it is, the last of its sequences that was stored, and which
 * before it were not. Those were refused; if that answer was lost with a link they come again, and
 * must not pass for stored.
 */
final class ProducerWindow {

    /** Beyond this many refused ranges the oldest are forgotten. */
    private static final int MAX_GAPS = 1_000;

    final Id128 connectionId;

    /** Entry since which it is known; 0 for one from a checkpoint. */
    private final long openedAt;

    private final RangeSet refused = new RangeSet();
    private int gaps;
    private long lastSequence;

    /** What became of its transactions; null while there is nothing to know. */
    private @Nullable DecidedTransactions decided;

    /** Of what lies before, it cannot be told whether it was stored. */
    private long knownFrom = 1;

    /** What a batch that arrives is. */
    enum Arrival {
        /** It comes after everything stored. */
        NEW(ErrorCode.PROTOCOL),
        /** All of it is stored already. */
        STORED(ErrorCode.PROTOCOL),
        /** It was refused, and others after it were stored since. */
        REFUSED(ErrorCode.UNAVAILABLE),
        /** Part of it is stored: no client sends that. */
        TORN(ErrorCode.PROTOCOL),
        /** It is too old to tell. */
        FORGOTTEN(ErrorCode.PRODUCER_EXPIRED);

        private final ErrorCode code;

        Arrival(ErrorCode code) {
            this.code = code;
        }

        /** What a refusal for it says. */
        ErrorCode code() {
            return code;
        }
    }

    ProducerWindow(Id128 connectionId, long openedAt) {
        this.connectionId = connectionId;
        this.openedAt = openedAt;
    }

    /**
     * What a confirmation waits for at least: who was confirmed anything comes back as a producer
     * that is known.
     */
    long confirmAfter() {
        return openedAt + 1;
    }

    /** The last sequence that was stored; 0 before the first. */
    long lastSequence() {
        return lastSequence;
    }

    Arrival arrivalOf(MessageBatch batch) {
        long first = batch.firstProducerSequence();
        long last = batch.lastProducerSequence();
        if (first > lastSequence) {
            return Arrival.NEW;
        }
        if (last > lastSequence) {
            return Arrival.TORN;
        }
        if (first < knownFrom) {
            return Arrival.FORGOTTEN;
        }
        long firstRefused = refused.ceiling(first);
        if (firstRefused > last) {
            return Arrival.STORED;
        }
        return firstRefused == first && refused.endOfRange(first) >= last
                ? Arrival.REFUSED
                : Arrival.TORN;
    }

    /** Why a batch that is neither new nor stored is refused. */
    String reasonAgainst(MessageBatch batch, Arrival arrival) {
        String range = batch.firstProducerSequence() + " to " + batch.lastProducerSequence();
        return switch (arrival) {
            case REFUSED ->
                    "Expected messages "
                            + range
                            + " to be stored, but they were refused before the connection was lost; none of them is stored, send them again";
            case FORGOTTEN ->
                    "Expected messages "
                            + range
                            + " to be known, but too many were refused since; whether these were stored cannot be told";
            default ->
                    "Expected a batch after sequence "
                            + lastSequence
                            + " or a resend of a whole one, but it is "
                            + range;
        };
    }

    /** A batch was stored: what it leaves out before it was refused. */
    void stored(MessageBatch batch) {
        // What transactions leave out was rolled back, and does not come again.
        boolean gap = batch.firstProducerSequence() > lastSequence + 1;
        if (gap && batch.transactionId().length == 0) {
            refused.add(lastSequence + 1, batch.firstProducerSequence() - 1);
            gaps++;
            if (gaps > MAX_GAPS) {
                knownFrom = refused.firstRangeLast() + 1;
                refused.remove(refused.first(), refused.firstRangeLast());
                gaps--;
            }
        }
        // A part that another partition decided may be behind what its session has sent since.
        lastSequence = Math.max(lastSequence, batch.lastProducerSequence());
    }

    /** What became of its transactions. */
    DecidedTransactions decided() {
        DecidedTransactions known = decided;
        if (known == null) {
            known = new DecidedTransactions();
            decided = known;
        }
        return known;
    }

    /** Whether more is known of its transactions than the last one that was committed. */
    boolean hasDetails() {
        return decided != null && decided.isDetailed();
    }

    /** What became of one of its transactions. */
    DecidedTransactions.Fate fateOf(long number) {
        return decided == null ? DecidedTransactions.Fate.OPEN : decided.fateOf(number);
    }

    /** Number of the last transaction that was committed; 0 if there is none. */
    long lastCommitted() {
        return decided == null ? 0 : decided.lastCommitted();
    }

    void writeTo(WireOutput to) {
        to.writeId(connectionId).writeVarint(lastSequence);
    }

    static ProducerWindow read(WireInput from) {
        ProducerWindow window = new ProducerWindow(from.readId(), 0);
        window.lastSequence = from.readVarint();
        return window;
    }

    boolean hasGaps() {
        return gaps > 0;
    }

    void writeGapsTo(WireOutput to) {
        to.writeVarint(knownFrom);
        refused.toRanges().writeTo(to);
    }

    void readGaps(WireInput from) {
        knownFrom = from.readVarint();
        SequenceRanges ranges = SequenceRanges.readStored(from);
        refused.add(ranges);
        gaps = ranges.rangeCount();
    }
}
