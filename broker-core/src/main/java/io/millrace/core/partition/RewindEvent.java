package io.millrace.core.partition;

import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a subscription goes back in time: it begins, and goes on in steps up to its end. */
public sealed interface RewindEvent extends PartitionEvent {

    /**
     * A subscription is being taken back: of the given sequences, those that it has settled will
     * wait again as far as a selector matches them. Connection and request are those that asked.
     */
    record RewindBegan(
            long subscriptionId,
            Id128 connectionId,
            long requestId,
            long firstSequence,
            long lastSequence,
            @Nullable String selector)
            implements RewindEvent {

        @Override
        public int type() {
            return 22;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId).writeId(connectionId).writeVarint(requestId);
            to.writeVarint(firstSequence).writeVarint(lastSequence).writeNullableString(selector);
        }

        public static RewindBegan read(WireInput from) {
            return new RewindBegan(
                    from.readVarint(),
                    from.readId(),
                    from.readVarint(),
                    from.readVarint(),
                    from.readVarint(),
                    from.readNullableString());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.rewindBegan(this);
        }
    }

    /**
     * All up to a sequence was looked at, and some of it waits again. With the last sequence of the
     * rewind, it is over.
     *
     * @param firstMillis when the first of these was stored, milliseconds since 1970; 0 if nobody
     *     asked
     * @param sequences what was settled and waits again
     * @param exceptional those of them that are not like all others, in order
     * @param failure with the last one: why the rest could not be looked at; null if all was
     */
    record Rewound(
            long subscriptionId,
            long upToSequence,
            long firstMillis,
            SequenceRanges sequences,
            List<RewoundMessage> exceptional,
            @Nullable String failure)
            implements RewindEvent {

        private static final int MAX_EXCEPTIONAL = 1 << 20;

        /** A gap and a length, each below what one step looks at but for the first. */
        private static final int RANGE_BYTES = 6;

        @Override
        public int weight() {
            return USUAL_WEIGHT
                    + RANGE_BYTES * sequences.rangeCount()
                    + RewoundMessage.MAX_BYTES * exceptional.size()
                    + (failure == null ? 0 : 3 * failure.length());
        }

        @Override
        public int type() {
            return 23;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId).writeVarint(upToSequence).writeVarint(firstMillis);
            sequences.writeTo(to);
            to.writeVarint(exceptional.size());
            long before = 0;
            for (RewoundMessage each : exceptional) {
                each.writeTo(to, before);
                before = each.sequence();
            }
            if (failure != null) {
                to.writeNullableString(failure);
            }
        }

        public static Rewound read(WireInput from) {
            long subscriptionId = from.readVarint();
            long upTo = from.readVarint();
            long firstMillis = from.readVarint();
            SequenceRanges sequences = SequenceRanges.read(from);
            List<RewoundMessage> exceptional = new ArrayList<>();
            long before = 0;
            for (int left = from.readCount(MAX_EXCEPTIONAL); left > 0; left--) {
                RewoundMessage each = RewoundMessage.read(from, before);
                exceptional.add(each);
                before = each.sequence();
            }
            return new Rewound(
                    subscriptionId,
                    upTo,
                    firstMillis,
                    sequences,
                    exceptional,
                    from.hasRemaining() ? from.readNullableString() : null);
        }

        @Override
        public String toString() {
            return "Rewound[subscriptionId="
                    + subscriptionId
                    + ", upToSequence="
                    + upToSequence
                    + ", firstMillis="
                    + firstMillis
                    + ", sequences="
                    + sequences
                    + ", exceptional="
                    + exceptional
                    + (failure == null ? "]" : ", failure=" + failure + "]");
        }

        @Override
        public void dispatch(Handler handler) {
            handler.rewound(this);
        }
    }
}
