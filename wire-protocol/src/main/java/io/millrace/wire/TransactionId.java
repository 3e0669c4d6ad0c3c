package io.millrace.wire;

/**
 * Names a transaction: {@code kind u8 | session id 16 | number i64}. Kind 1 is a session's own
 * transaction, kind 2 a branch of a distributed one: {@link BranchId}.
 *
 * @param sessionId the session's producer id, random, the same over all links
 * @param number counts the session's transactions, from 1; a session decides them in order
 */
public record TransactionId(Id128 sessionId, long number) implements WorkId {

    private static final int LOCAL = 1;
    private static final int BYTES = 1 + 2 * Long.BYTES + Long.BYTES;

    @Override
    public byte[] toBytes() {
        WireOutput to = new WireOutput(BYTES);
        to.writeByte(LOCAL).writeId(sessionId).writeLong(number);
        return to.toByteArray();
    }

    /** Reads what {@link #toBytes} wrote. */
    public static TransactionId of(byte[] bytes) {
        if (bytes.length != BYTES || bytes[0] != LOCAL) {
            throw new WireFormatException(
                    "Expected the id of a session's transaction, kind "
                            + LOCAL
                            + " and "
                            + BYTES
                            + " bytes, but it has "
                            + bytes.length
                            + (bytes.length == 0 ? "" : " and kind " + bytes[0]));
        }
        WireInput from = new WireInput(bytes);
        from.skip(1);
        TransactionId id = new TransactionId(from.readId(), from.readLong());
        if (id.number < 1) {
            throw new WireFormatException(
                    "Expected transactions to be numbered from 1, but this is " + id.number);
        }
        return id;
    }

    @Override
    public String toString() {
        return sessionId + ":" + number;
    }
}
