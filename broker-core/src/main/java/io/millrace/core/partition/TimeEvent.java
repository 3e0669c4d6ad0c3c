package io.millrace.core.partition;

import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/**
 * What depends on a clock: it is looked at when the event is decided, never when it is applied
 * (Jakarta Messaging 3.1, 7.8, 7.9).
 */
public sealed interface TimeEvent extends PartitionEvent {

    /** Deliveries that came back are not delivered again before a time. */
    record Postponed(long subscriptionId, long untilMillis, SequenceRanges sequences)
            implements TimeEvent {

        @Override
        public int type() {
            return 21;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(subscriptionId).writeVarint(untilMillis);
            sequences.writeTo(to);
        }

        public static Postponed read(WireInput from) {
            return new Postponed(from.readVarint(), from.readVarint(), SequenceRanges.read(from));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.postponed(this);
        }
    }

    /**
     * All messages of a destination whose delivery time, or the time until which they were
     * postponed, is not after this time may be delivered, and all whose expiration is not after it
     * are settled, or will be if they come back.
     */
    record TimeReached(long destinationId, long millis) implements TimeEvent {

        @Override
        public int type() {
            return 20;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(destinationId).writeVarint(millis);
        }

        public static TimeReached read(WireInput from) {
            return new TimeReached(from.readVarint(), from.readVarint());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.timeReached(this);
        }
    }
}
