package io.millrace.jms.client;

import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;

/**
 * Which of a consumer's deliveries are replays, until it is certain that they are settled: so that
 * a broker which takes the consumer up again can tell them from those before a rewind. Costs
 * nothing while there are none. Guarded by its consumer's monitor.
 */
final class UnsettledReplays {

    private final RangeSet sequences = new RangeSet();

    /** The application got a message. */
    void given(ConsumerCore.Given message) {
        long sequence = message.sequence();
        if (message.run().replay()) {
            sequences.add(sequence, sequence);
        } else if (!sequences.isEmpty()) {
            sequences.remove(sequence, sequence);
        }
    }

    /** Some are settled for certain, or are not with this consumer any more. */
    void forget(SequenceRanges some) {
        if (!sequences.isEmpty()) {
            sequences.remove(some);
        }
    }

    /** The same. */
    void forget(RangeSet some) {
        if (!sequences.isEmpty()) {
            sequences.remove(some.toRanges());
        }
    }

    /** Those of some deliveries. */
    SequenceRanges among(RangeSet some, RangeSet others) {
        if (sequences.isEmpty()) {
            return SequenceRanges.EMPTY;
        }
        RangeSet all = new RangeSet();
        all.add(some.toRanges());
        all.add(others.toRanges());
        return sequences.intersect(all.toRanges());
    }
}
