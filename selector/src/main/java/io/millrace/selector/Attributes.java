package io.millrace.selector;

import org.jspecify.annotations.Nullable;

/** The headers and properties of a message, as a selector sees them. */
public interface Attributes {

    /**
     * The value of a property or of one of the six headers that a selector may name.
     *
     * <p>No conversions apply (Jakarta Messaging 3.1, 3.8.1.1): a value has the type that it was
     * set with. JMSDeliveryMode is the string PERSISTENT or NON_PERSISTENT (3.8.1.3), JMSPriority
     * an Integer, JMSTimestamp a Long; JMSMessageID, JMSCorrelationID and JMSType are strings or
     * null.
     *
     * @return a String, Boolean, Byte, Short, Integer, Long, Float or Double; null if there is none
     */
    @Nullable Object get(String name);
}
