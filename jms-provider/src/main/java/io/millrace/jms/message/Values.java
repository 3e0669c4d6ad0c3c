package io.millrace.jms.message;

import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.MessageFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Typed values in properties and maps: their encoded form, and the conversions that the
 * specification allows (Jakarta Messaging 3.1, 3.5.4 and 3.11.3).
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

    static MessageFormatException cannot(@Nullable Object value, String type) {
        return new MessageFormatException(
                "Expected a value that can be read as "
                        + type
                        + ", but it is "
                        + (value == null ? "null" : "a " + value.getClass().getSimpleName()));
    }

    static boolean toBoolean(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value == null || value instanceof String) {
            return Boolean.parseBoolean((String) value);
        }
        throw cannot(value, "boolean");
    }

    static byte toByte(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Byte number) {
            return number;
        }
        if (value == null || value instanceof String) {
            return Byte.parseByte(text(value));
        }
        throw cannot(value, "byte");
    }

    static short toShort(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Byte || value instanceof Short) {
            return ((Number) value).shortValue();
        }
        if (value == null || value instanceof String) {
            return Short.parseShort(text(value));
        }
        throw cannot(value, "short");
    }

    static int toInt(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
            return ((Number) value).intValue();
        }
        if (value == null || value instanceof String) {
            return Integer.parseInt(text(value));
        }
        throw cannot(value, "int");
    }

    static long toLong(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Byte
                || value instanceof Short
                || value instanceof Integer
                || value instanceof Long) {
            return ((Number) value).longValue();
        }
        if (value == null || value instanceof String) {
            return Long.parseLong(text(value));
        }
        throw cannot(value, "long");
    }

    static float toFloat(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Float number) {
            return number;
        }
        if (value instanceof String text) {
            return Float.parseFloat(text);
        }
        if (value == null) {
            // 3.5.4: as the valueOf method of the type does with null.
            throw new NullPointerException("Expected a float, but the value is null");
        }
        throw cannot(value, "float");
    }

    static double toDouble(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Float || value instanceof Double) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof String text) {
            return Double.parseDouble(text);
        }
        if (value == null) {
            throw new NullPointerException("Expected a double, but the value is null");
        }
        throw cannot(value, "double");
    }

    static @Nullable String toText(@Nullable Object value) throws MessageFormatException {
        if (value instanceof byte[]) {
            throw cannot(value, "String");
        }
        return value == null ? null : value.toString();
    }

    static char toChar(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Character character) {
            return character;
        }
        if (value == null) {
            // 3.11.3: reading null as a char is a NullPointerException.
            throw new NullPointerException("Expected a char, but the value is null");
        }
        throw cannot(value, "char");
    }

    static byte @Nullable [] toBytes(@Nullable Object value) throws MessageFormatException {
        if (value == null) {
            return null;
        }
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        throw cannot(value, "byte[]");
    }

    /** Numbers' valueOf(null) is a NumberFormatException (3.5.4). */
    private static String text(@Nullable Object value) {
        if (value == null) {
            throw new NumberFormatException("Expected a number, but the value is null");
        }
        return (String) value;
    }
}
