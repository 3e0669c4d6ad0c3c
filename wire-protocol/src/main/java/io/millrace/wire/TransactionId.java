package io.millrace.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a transaction: {@code kind u8 | session id 16 | number i64}. Kind 1 is a session's own
 * transaction, kind 2 a branch of a distributed one: {@link BranchId}.
 *
 * @param sessionId the session's producer id, random, the same over all links
 * @param number counts the session's transactions, from 1; a session decides them in order
 */
public record TransactionId(Id128 sessionId, long number) implements WorkId {

    private static final int LOCAL = 1;
    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F]{32}):([0-9]{1,18})");
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

    /**
     * Reads what {@link #toString} says, as commands and people write it.
     *
     * @throws IllegalArgumentException if it is no id; says what one looks like
     */
    public static TransactionId parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        long number = form.matches() ? Long.parseLong(form.group(2)) : 0;
        if (number < 1) {
            throw new IllegalArgumentException(
                    "Expected the id of a session's transaction, 32 hexadecimal digits, a colon and"
                            + " a number from 1 on, but it is '"
                            + text
                            + "'");
        }
        return new TransactionId(Id128.parse(form.group(1)), number);
    }

    /** {@code session:number}: the form that people see. */
    @Override
    public String toString() {
        return sessionId + ":" + number;
    }
}
