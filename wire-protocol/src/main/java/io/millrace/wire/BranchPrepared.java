package io.millrace.wire;

/**
 * A branch is prepared: the answer to {@link BranchFrame.Prepare}.
 *
 * @param readOnly nothing was done in it, and there is nothing to decide: it is over
 * @param partitions numbers of the other partitions that sessions in it have joined it at
 */
public record BranchPrepared(long requestId, boolean readOnly, PartitionSet partitions)
        implements TransactionAnswer {

    @Override
    public int type() {
        return 0xc0;
    }

    @Override
    public void writeTo(WireOutput to) {
        to.writeVarint(requestId).writeBoolean(readOnly);
        partitions.writeIfAny(to);
    }

    static BranchPrepared read(WireInput from) {
        return new BranchPrepared(
                from.readVarint(), from.readBoolean(), PartitionSet.readIfAny(from));
    }
}
