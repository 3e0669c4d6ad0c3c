package io.millrace.jms.message;

import jakarta.jms.MessageFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The conversions from the type that a value was set as to the type that it is read as (Jakarta
 * Messaging 3.1, 3.5.4 and 3.11.3).
 *
 * <p>The two tables are one: that of properties is that of maps and streams without char and byte
 * array. A null is read as the type's {@code valueOf(String)} reads it: {@code false} as boolean, a
 * NumberFormatException as a whole number, a NullPointerException as float and double.
 */
final class Conversions {

    private Conversions() {}

    static boolean toBoolean(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value == null || value instanceof String) {
            return Boolean.parseBoolean((String) value);
        }
        throw noConversion(value, "boolean");
    }

    static byte toByte(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Byte number) {
            return number;
        }
        if (value == null || value instanceof String) {
            return Byte.parseByte(digits(value));
        }
        throw noConversion(value, "byte");
    }

    static short toShort(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).shortValue();
        }
        if (value == null || value instanceof String) {
            return Short.parseShort(digits(value));
        }
        throw noConversion(value, "short");
    }

    static char toChar(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Character character) {
            return character;
        }
        if (value == null) {
            throw new NullPointerException("Expected a char, but the value is null");
        }
        throw noConversion(value, "char");
    }

    static int toInt(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        if (value == null || value instanceof String) {
            return Integer.parseInt(digits(value));
        }
        throw noConversion(value, "int");
    }

    static long toLong(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value == null || value instanceof String) {
            return Long.parseLong(digits(value));
        }
        throw noConversion(value, "long");
    }

    static float toFloat(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Float number) {
            return number;
        }
        if (value instanceof String text) {
            return Float.parseFloat(text);
        }
        if (value == null) {
            throw new NullPointerException("Expected a float, but the value is null");
        }
        throw noConversion(value, "float");
    }

    static double toDouble(@Nullable Object value) throws MessageFormatException {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof String text) {
            return Double.parseDouble(text);
        }
        if (value == null) {
            throw new NullPointerException("Expected a double, but the value is null");
        }
        throw noConversion(value, "double");
    }

    static @Nullable String toText(@Nullable Object value) throws MessageFormatException {
        if (value instanceof byte[]) {
            throw noConversion(value, "String");
        }
        return value == null ? null : value.toString();
    }

    static byte @Nullable [] toBytes(@Nullable Object value) throws MessageFormatException {
        if (value == null) {
            return null;
        }
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        throw noConversion(value, "byte[]");
    }

    private static String digits(@Nullable Object value) {
        if (value == null) {
            throw new NumberFormatException("Expected a number, but the value is null");
        }
        return (String) value;
    }

    private static MessageFormatException noConversion(Object value, String type) {
        return new MessageFormatException(
                "Expected a value that can be read as "
                        + type
                        + ", but it was set as "
                        + value.getClass().getSimpleName());
    }
}
