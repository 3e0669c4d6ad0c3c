package io.millrace.wire;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Branches that are prepared, or that an administrator decided: the answer to {@link
 * BranchFrame.Recover}.
 *
 * @param atEnd whether there are no more behind the last
 * @param branches by rising number
 */
public record BranchesRecovered(long requestId, boolean atEnd, List<Branch> branches)
        implements TransactionAnswer {

    private static final int PREPARED = 0;

    /**
     * A branch.
     *
     * @param number where to go on behind it; means nothing but to the broker
     * @param decided what an administrator decided; null if nobody has: it is prepared
     * @param preparedMillis when it was prepared, by the broker's clock
     * @param messages how many were sent in it
     * @param deliveries how many were received in it
     */
    public record Branch(
            long number,
            byte[] transactionId,
            @Nullable Resolution decided,
            long preparedMillis,
            long messages,
            long deliveries) {

        @Override
        public String toString() {
            return "Branch[number="
                    + number
                    + ", transactionId="
                    + HexFormat.of().formatHex(transactionId)
                    + (decided == null ? ", prepared" : ", " + decided)
                    + " at "
                    + preparedMillis
                    + ", messages="
                    + messages
                    + ", deliveries="
                    + deliveries
                    + "]";
        }

        void writeTo(WireOutput to) {
            to.writeVarint(number).writeBlob(transactionId);
            to.writeByte(decided == null ? PREPARED : decided.number());
            to.writeVarint(preparedMillis).writeVarint(messages).writeVarint(deliveries);
        }

        static Branch read(WireInput from) {
            long number = from.readVarint();
            byte[] transactionId = from.readBlob();
            int state = from.readUnsignedByte();
            return new Branch(
                    number,
                    transactionId,
                    state == PREPARED ? null : heuristic(state),
                    from.readVarint(),
                    from.readVarint(),
                    from.readVarint());
        }

        private static Resolution heuristic(int state) {
            Resolution decided = Resolution.of(state);
            if (!decided.isHeuristic()) {
                throw new WireFormatException(
                        "Expected a branch that is prepared, 0, or decided by an administrator, 3"
                                + " or 4, but it is "
                                + state);
            }
            return decided;
        }
    }

    @Override
    public int type() {
        return 0xc1;
    }

    @Override
    public void writeTo(WireOutput to) {
        to.writeVarint(requestId).writeBoolean(atEnd).writeVarint(branches.size());
        branches.forEach(branch -> branch.writeTo(to));
    }

    static BranchesRecovered read(WireInput from) {
        long requestId = from.readVarint();
        boolean atEnd = from.readBoolean();
        List<Branch> branches = new ArrayList<>();
        for (int left = from.readCount(from.remaining()); left > 0; left--) {
            branches.add(Branch.read(from));
        }
        return new BranchesRecovered(requestId, atEnd, branches);
    }
}
