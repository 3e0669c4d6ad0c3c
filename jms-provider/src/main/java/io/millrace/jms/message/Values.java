package io.millrace.jms.message;

import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/**
 * Typed values of properties, maps and streams as bytes: one byte for the type, then the value.
 *
 * <p>The type numbers are part of the protocol; {@code docs/PROTOCOL.md} lists them.
 */
final class Values {

    private static final int NULL = 0;
    private static final int BOOLEAN = 1;
    private static final int BYTE = 2;
    private static final int SHORT = 3;
    private static final int CHAR = 4;
    private static final int INT = 5;
    private static final int LONG = 6;
    private static final int FLOAT = 7;
    private static final int DOUBLE = 8;
    private static final int STRING = 9;
    private static final int BYTES = 10;

    private Values() {}

    /** Whether a property may have this value, beside null (Jakarta Messaging 3.1, 3.5.5). */
    static boolean isPropertyValue(Object value) {
        return value instanceof String
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Double
                || value instanceof Float
                || value instanceof Short
                || value instanceof Byte;
    }

    /** Whether a map or a stream may hold this value, beside null (3.11.3). */
    static boolean isBodyValue(Object value) {
        return isPropertyValue(value) || value instanceof Character || value instanceof byte[];
    }

    /** The value itself, or a copy if it could be changed (3.12). */
    static @Nullable Object copyOf(@Nullable Object value) {
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    static void write(@Nullable Object value, WireOutput to) {
        if (value == null) {
            to.writeByte(NULL);
        } else if (value instanceof String text) {
            to.writeByte(STRING).writeString(text);
        } else if (value instanceof Integer number) {
            to.writeByte(INT).writeInt(number);
        } else if (value instanceof Long number) {
            to.writeByte(LONG).writeLong(number);
        } else if (value instanceof Double number) {
            to.writeByte(DOUBLE).writeLong(Double.doubleToRawLongBits(number));
        } else if (value instanceof Boolean flag) {
            to.writeByte(BOOLEAN).writeBoolean(flag);
        } else if (value instanceof Float number) {
            to.writeByte(FLOAT).writeInt(Float.floatToRawIntBits(number));
        } else if (value instanceof Short number) {
            to.writeByte(SHORT).writeShort(number);
        } else if (value instanceof Byte number) {
            to.writeByte(BYTE).writeByte(number);
        } else if (value instanceof Character character) {
            to.writeByte(CHAR).writeShort(character);
        } else {
            to.writeByte(BYTES).writeBlob((byte[]) value);
        }
    }

    static @Nullable Object read(WireInput from) {
        int type = from.readUnsignedByte();
        return switch (type) {
            case NULL -> null;
            case BOOLEAN -> from.readBoolean();
            case BYTE -> from.readByte();
            case SHORT -> from.readShort();
            case CHAR -> (char) from.readShort();
            case INT -> from.readInt();
            case LONG -> from.readLong();
            case FLOAT -> Float.intBitsToFloat(from.readInt());
            case DOUBLE -> Double.longBitsToDouble(from.readLong());
            case STRING -> from.readString();
            case BYTES -> from.readBlob();
            default ->
                    throw new WireFormatException(
                            "Expected a value type of 0 to 10, but it is " + type);
        };
    }
}
