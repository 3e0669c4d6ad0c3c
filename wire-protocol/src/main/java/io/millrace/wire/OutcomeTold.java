package io.millrace.wire;

/**
 * What became of a transaction: the answer to {@link TransactionFrame.AskOutcome}.
 *
 * @param message why that is so, for people
 */
public record OutcomeTold(long requestId, TransactionOutcome outcome, String message)
        implements TransactionAnswer {

    @Override
    public int type() {
        return 0xc2;
    }

    @Override
    public void writeTo(WireOutput to) {
        to.writeVarint(requestId).writeByte(outcome.number()).writeString(message);
    }

    static OutcomeTold read(WireInput from) {
        return new OutcomeTold(
                from.readVarint(),
                TransactionOutcome.of(from.readUnsignedByte()),
                from.readString());
    }
}
