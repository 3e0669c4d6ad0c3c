package io.millrace.core.partition;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/** What happened to dead letters whose queue lives in another partition. */
public sealed interface DeadLetterEvent extends PartitionEvent {

    /**
     * A dead letter is about to move to another partition: from now on it is asked to take it,
     * until it says that it has.
     *
     * @param number of the move, higher than that of any before
     * @param partition where the queue lives
     */
    record DeadLetterLeaving(
            long number, long subscriptionId, long sequence, int partition, String queue)
            implements DeadLetterEvent {

        @Override
        public int type() {
            return 28;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(number).writeVarint(subscriptionId).writeVarint(sequence);
            to.writeVarint(partition).writeString(queue);
        }

        public static DeadLetterLeaving read(WireInput from) {
            return new DeadLetterLeaving(
                    from.readVarint(),
                    from.readVarint(),
                    from.readVarint(),
                    from.readVarintInt("partition"),
                    from.readString());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.deadLetterLeaving(this);
        }
    }

    /** A move is over: the other partition has the letter, or nobody needs it any more. */
    record DeadLetterLeft(long number) implements DeadLetterEvent {

        @Override
        public int type() {
            return 29;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(number);
        }

        public static DeadLetterLeft read(WireInput from) {
            return new DeadLetterLeft(from.readVarint());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.deadLetterLeft(this);
        }
    }

    /**
     * The dead letter that was stored just now is that of another partition's move.
     *
     * @param source the other partition
     * @param number of the move there
     * @param lowest those below are over, and will never be asked about again
     */
    record DeadLetterTaken(int source, long number, long lowest) implements DeadLetterEvent {

        @Override
        public int type() {
            return 30;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(source).writeVarint(number).writeVarint(lowest);
        }

        public static DeadLetterTaken read(WireInput from) {
            return new DeadLetterTaken(
                    from.readVarintInt("source"), from.readVarint(), from.readVarint());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.deadLetterTaken(this);
        }
    }
}
