package io.millrace.jms.message;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message (Jakarta Messaging 3.1, 3.5), in the order in which they were set.
 */
final class Properties {

    private static final Set<String> RESERVED =
            Set.of(
                    "NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS",
                    "ESCAPE");

    private final Map<String, Object> valuesByName = new LinkedHashMap<>();

    static Properties read(WireInput from) {
        Properties properties = new Properties();
        for (int left = from.readCount(from.remaining()); left > 0; left--) {
            String name = from.readString();
            Object value = Values.read(from);
            if (value != null) {
                properties.valuesByName.put(name, value);
            }
        }
        return properties;
    }

    void writeTo(WireOutput to) {
        to.writeVarint(valuesByName.size());
        valuesByName.forEach(
                (name, value) -> {
                    to.writeString(name);
                    Values.write(value, to);
                });
    }

    boolean isEmpty() {
        return valuesByName.isEmpty();
    }

    boolean contains(String name) {
        return valuesByName.containsKey(name);
    }

    Set<String> names() {
        return valuesByName.keySet();
    }

    @Nullable Object get(String name) {
        return valuesByName.get(name);
    }

    void set(String name, @Nullable Object value) throws JMSException {
        checkName(name);
        if (value == null) {
            valuesByName.remove(name);
            return;
        }
        boolean allowed =
                value instanceof String
                        || value instanceof Boolean
                        || value instanceof Byte
                        || value instanceof Short
                        || value instanceof Integer
                        || value instanceof Long
                        || value instanceof Float
                        || value instanceof Double;
        if (!allowed) {
            throw new MessageFormatException(
                    "Expected a boolean, a number or a String as property "
                            + name
                            + ", but it is a "
                            + value.getClass().getName());
        }
        valuesByName.put(name, value);
    }

    /**
     * A name has to be an identifier of the selector grammar (3.8.1.1), or no selector could ask
     * for it.
     */
    private static void checkName(@Nullable String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected a property name, but it is " + (name == null ? "null" : "empty"));
        }
        boolean identifier =
                Character.isJavaIdentifierStart(name.charAt(0))
                        && name.chars().allMatch(Character::isJavaIdentifierPart);
        if (!identifier || RESERVED.contains(name.toUpperCase(Locale.ROOT))) {
            throw new JMSException(
                    "Expected a property name that is a Java identifier and no word of the selector grammar, but"
                            + " it is '"
                            + name
                            + "'");
        }
    }
}
