package io.millrace.core.partition;

import io.millrace.wire.PartitionSet;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/** What became of sessions' transactions. */
public sealed interface TransactionEvent extends PartitionEvent {

    /**
     * All events before this one in the same entry that belong to the transaction happened; a
     * commit that is asked again is confirmed. With participants it is the decision for them, too,
     * and remembered until {@link BranchEvent.TransactionForgotten}.
     *
     * @param participants the other partitions that have prepared their part
     */
    record TransactionCommitted(TransactionId id, PartitionSet participants)
            implements TransactionEvent {

        /** One that no other partition takes part in. */
        public TransactionCommitted(TransactionId id) {
            this(id, PartitionSet.NONE);
        }

        @Override
        public int type() {
            return 16;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeBlob(id.toBytes());
            participants.writeIfAny(to);
        }

        public static TransactionCommitted read(WireInput from) {
            return new TransactionCommitted(
                    TransactionId.of(from.readBlob()), PartitionSet.readIfAny(from));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.transactionCommitted(this);
        }
    }

    /** Nothing of a transaction happened, and nothing ever will: somebody was told so. */
    record TransactionRuledOut(TransactionId id) implements TransactionEvent {

        @Override
        public int type() {
            return 15;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeBlob(id.toBytes());
        }

        public static TransactionRuledOut read(WireInput from) {
            return new TransactionRuledOut(TransactionId.of(from.readBlob()));
        }

        @Override
        public void dispatch(Handler handler) {
            handler.transactionRuledOut(this);
        }
    }
}
