package io.millrace.jms.message;

import io.millrace.wire.ValueType;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Typed values of properties, maps and streams as bytes: one byte for the type, then the value.
 *
 * <p>The type numbers are part of the protocol, see {@link ValueType}.
 */
final class Values {

    /** Its type, and a number or the length of what follows: ten at most, and some to spare. */
    private static final long MOST_FIXED_BYTES = 16;

    private static final long MOST_BYTES_OF_CHAR = 3;

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
            to.writeByte(ValueType.NULL);
        } else if (value instanceof String text) {
            to.writeByte(ValueType.STRING).writeString(text);
        } else if (value instanceof Integer number) {
            to.writeByte(ValueType.INT).writeInt(number);
        } else if (value instanceof Long number) {
            to.writeByte(ValueType.LONG).writeLong(number);
        } else if (value instanceof Double number) {
            to.writeByte(ValueType.DOUBLE).writeLong(Double.doubleToRawLongBits(number));
        } else if (value instanceof Boolean flag) {
            to.writeByte(ValueType.BOOLEAN).writeBoolean(flag);
        } else if (value instanceof Float number) {
            to.writeByte(ValueType.FLOAT).writeInt(Float.floatToRawIntBits(number));
        } else if (value instanceof Short number) {
            to.writeByte(ValueType.SHORT).writeShort(number);
        } else if (value instanceof Byte number) {
            to.writeByte(ValueType.BYTE).writeByte(number);
        } else if (value instanceof Character character) {
            to.writeByte(ValueType.CHAR).writeShort(character);
        } else {
            to.writeByte(ValueType.BYTES).writeBlob((byte[]) value);
        }
    }

    static @Nullable Object read(WireInput from) {
        int type = from.readUnsignedByte();
        return switch (type) {
            case ValueType.NULL -> null;
            case ValueType.BOOLEAN -> from.readBoolean();
            case ValueType.BYTE -> from.readByte();
            case ValueType.SHORT -> from.readShort();
            case ValueType.CHAR -> (char) from.readShort();
            case ValueType.INT -> from.readInt();
            case ValueType.LONG -> from.readLong();
            case ValueType.FLOAT -> Float.intBitsToFloat(from.readInt());
            case ValueType.DOUBLE -> Double.longBitsToDouble(from.readLong());
            case ValueType.STRING -> from.readString();
            case ValueType.BYTES -> from.readBlob();
            default -> throw ValueType.unknown(type);
        };
    }

    /** More than this a value does not take, in bytes. */
    static long mostBytes(@Nullable Object value) {
        if (value instanceof byte[] array) {
            return array.length + MOST_FIXED_BYTES;
        }
        return value instanceof String text
                ? MOST_BYTES_OF_CHAR * text.length() + MOST_FIXED_BYTES
                : MOST_FIXED_BYTES;
    }

    /** The same for some values. */
    static long mostBytesOfAll(Collection<@Nullable Object> values) {
        long bytes = MOST_FIXED_BYTES;
        for (Object value : values) {
            bytes += mostBytes(value);
        }
        return bytes;
    }

    /** About how many bytes some values take, and not fewer than are certain. */
    static long leastBytes(Collection<@Nullable Object> values) {
        long bytes = 0;
        for (Object value : values) {
            if (value instanceof byte[] array) {
                bytes += array.length;
            } else {
                bytes += value instanceof String text ? text.length() : 1;
            }
        }
        return bytes;
    }
}
