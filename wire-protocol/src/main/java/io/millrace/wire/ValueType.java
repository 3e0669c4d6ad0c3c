package io.millrace.wire;

/**
 * The numbers before the values of properties, maps and streams, which say what type follows; the
 * table stands in {@code docs/PROTOCOL.md}.
 */
public final class ValueType {

    /** Nothing follows. */
    public static final int NULL = 0;

    public static final int BOOLEAN = 1;
    public static final int BYTE = 2;
    public static final int SHORT = 3;
    public static final int CHAR = 4;
    public static final int INT = 5;
    public static final int LONG = 6;
    public static final int FLOAT = 7;
    public static final int DOUBLE = 8;
    public static final int STRING = 9;
    public static final int BYTES = 10;

    private ValueType() {}

    /**
     * Goes past a value and the number before it.
     *
     * @throws WireFormatException if there is no such type, or the value is cut off
     */
    public static void skipValue(WireInput from) {
        int type = from.readUnsignedByte();
        switch (type) {
            case NULL -> from.skip(0);
            case BOOLEAN, BYTE -> from.skip(Byte.BYTES);
            case SHORT, CHAR -> from.skip(Short.BYTES);
            case INT, FLOAT -> from.skip(Integer.BYTES);
            case LONG, DOUBLE -> from.skip(Long.BYTES);
            case STRING, BYTES -> from.skip(from.readCount(from.remaining()));
            default -> throw unknown(type);
        }
    }

    /** What to throw at a number that stands for no type, or for none that may be here. */
    public static WireFormatException unknown(int type) {
        return new WireFormatException(
                "Expected a type of value that may be here, but it is " + type);
    }
}
