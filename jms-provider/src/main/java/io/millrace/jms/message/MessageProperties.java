package io.millrace.jms.message;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The properties that an application set on a message (Jakarta Messaging 3.1, 3.5), in the order in
 * which it did. A null is a value: the property exists then.
 */
final class MessageProperties {

    private final Map<String, @Nullable Object> valuesByName = new LinkedHashMap<>();

    /** Reads the section of properties of an encoded message. */
    static MessageProperties read(WireInput from) {
        MessageProperties properties = new MessageProperties();
        for (int left = from.readCount(from.remaining()); left > 0; left--) {
            properties.valuesByName.put(from.readString(), Values.read(from));
        }
        return properties;
    }

    /** Writes all but the group id, which is among the headers. */
    void writeTo(WireOutput to) {
        boolean hasGroup = groupId() != null;
        to.writeVarint(encodedCount());
        valuesByName.forEach(
                (name, value) -> {
                    if (!hasGroup || !name.equals(PropertyNames.GROUP_ID)) {
                        to.writeString(name);
                        Values.write(value, to);
                    }
                });
    }

    /** How many properties {@link #writeTo} writes. */
    int encodedCount() {
        return valuesByName.size() - (groupId() == null ? 0 : 1);
    }

    /** JMSXGroupID, if it is a text; null if the message belongs to no group. */
    @Nullable String groupId() {
        return valuesByName.get(PropertyNames.GROUP_ID) instanceof String group ? group : null;
    }

    void groupId(String group) {
        valuesByName.put(PropertyNames.GROUP_ID, group);
    }

    Set<String> names() {
        return valuesByName.keySet();
    }

    boolean contains(String name) {
        return valuesByName.containsKey(name);
    }

    @Nullable Object get(String name) {
        return valuesByName.get(name);
    }

    void set(String name, @Nullable Object value) throws JMSException {
        PropertyNames.check(name);
        if (value != null && !Values.isPropertyValue(value)) {
            throw new MessageFormatException(
                    "Expected a boolean, a number or a String as property "
                            + name
                            + ", but it is a "
                            + value.getClass().getName());
        }
        if (!PropertyNames.isSetByProvider(name)) {
            valuesByName.put(name, value);
        }
    }
}
