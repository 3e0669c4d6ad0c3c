package io.millrace.wire;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Names the branch of a distributed transaction, as its transaction manager does: {@code kind u8 |
 * format id i32 | length u8, global transaction id | length u8, branch qualifier}. Kind 2 of what
 * stands where a transaction's id is wanted; kind 1 is {@link TransactionId}.
 *
 * @param formatId who made the other two; -1 would be no branch at all (X/Open XA, 4.2)
 * @param global id of the whole transaction, 1 to 64 bytes that nobody changes
 * @param qualifier id of the branch in it, at most 64 bytes that nobody changes
 */
public record BranchId(int formatId, byte[] global, byte[] qualifier) implements WorkId {

    /** Most bytes of each of the two parts (X/Open XA, 4.2). */
    public static final int MAX_PART_BYTES = 64;

    private static final int KIND = 2;
    private static final int NO_BRANCH = -1;

    public BranchId {
        if (formatId == NO_BRANCH
                || global.length < 1
                || global.length > MAX_PART_BYTES
                || qualifier.length > MAX_PART_BYTES) {
            throw new WireFormatException(
                    "Expected the id of a branch: a format other than -1, a global id of 1 to "
                            + MAX_PART_BYTES
                            + " bytes and a qualifier of at most "
                            + MAX_PART_BYTES
                            + ", but they are "
                            + formatId
                            + ", "
                            + global.length
                            + " and "
                            + qualifier.length
                            + " bytes");
        }
    }

    /** Whether an id in its stored form is one of a branch; {@link #of} looks at the rest. */
    public static boolean isOne(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == KIND;
    }

    @Override
    public byte[] toBytes() {
        WireOutput to = new WireOutput(7 + global.length + qualifier.length);
        to.writeByte(KIND).writeInt(formatId);
        to.writeByte(global.length).writeBytes(global, 0, global.length);
        to.writeByte(qualifier.length).writeBytes(qualifier, 0, qualifier.length);
        return to.toByteArray();
    }

    /** Reads what {@link #toBytes} wrote. */
    public static BranchId of(byte[] bytes) {
        if (!isOne(bytes)) {
            throw new WireFormatException(
                    "Expected the id of a branch, kind "
                            + KIND
                            + ", but it has "
                            + bytes.length
                            + " bytes"
                            + (bytes.length == 0 ? "" : " and kind " + bytes[0]));
        }
        WireInput from = new WireInput(bytes);
        from.skip(1);
        BranchId id =
                new BranchId(
                        from.readInt(),
                        from.readBytes(from.readUnsignedByte()),
                        from.readBytes(from.readUnsignedByte()));
        if (from.hasRemaining()) {
            throw new WireFormatException(
                    "Expected the id of a branch to end after its qualifier, but "
                            + from.remaining()
                            + " bytes follow");
        }
        return id;
    }

    /**
     * Reads what {@link #toString} says, as commands and people write it.
     *
     * @throws IllegalArgumentException if it is no id; says what one looks like
     */
    public static BranchId parse(String text) {
        String[] parts = text.strip().split(":", -1);
        try {
            if (parts.length == 3) {
                HexFormat format = HexFormat.of();
                return new BranchId(
                        Integer.parseUnsignedInt(parts[0], 16),
                        format.parseHex(parts[1]),
                        format.parseHex(parts[2]));
            }
        } catch (IllegalArgumentException | WireFormatException e) {
            throw new IllegalArgumentException(isNone(text), e);
        }
        throw new IllegalArgumentException(isNone(text));
    }

    private static String isNone(String text) {
        return "Expected the id of a branch, FORMAT:GLOBAL:QUALIFIER in hexadecimal digits, such as"
                + " 4d52:0102ab:01, but it is '"
                + text
                + "'";
    }

    /**
     * The partition that is told where else the branch is; the same for every client.
     *
     * @param partitions how many there are, numbered from 1
     */
    public int homeAmong(int partitions) {
        return 1 + Math.floorMod(hashCode(), partitions);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BranchId id
                && formatId == id.formatId
                && Arrays.equals(global, id.global)
                && Arrays.equals(qualifier, id.qualifier);
    }

    /** Written down in {@code docs/PROTOCOL.md}, for {@link #homeAmong}. */
    @Override
    public int hashCode() {
        return 31 * (31 * formatId + Arrays.hashCode(global)) + Arrays.hashCode(qualifier);
    }

    /** {@code format:global:qualifier} in hexadecimal digits: the form that people see. */
    @Override
    public String toString() {
        HexFormat format = HexFormat.of();
        return Integer.toHexString(formatId)
                + ":"
                + format.formatHex(global)
                + ":"
                + format.formatHex(qualifier);
    }
}
