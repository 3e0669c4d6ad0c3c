package io.millrace.wire;

/**
 * A branch is prepared: the answer to {@link BranchFrame.Prepare}.
 *
 * @param readOnly nothing was done in it, and there is nothing to decide: it is over
 */
public record BranchPrepared(long requestId, boolean readOnly) implements TransactionAnswer {

    @Override
    public int type() {
        return 0xc0;
    }

    @Override
    public void writeTo(WireOutput to) {
        to.writeVarint(requestId).writeBoolean(readOnly);
    }

    static BranchPrepared read(WireInput from) {
        return new BranchPrepared(from.readVarint(), from.readBoolean());
    }
}
