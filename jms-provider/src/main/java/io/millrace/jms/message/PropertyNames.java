package io.millrace.jms.message;

import jakarta.jms.JMSException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which names a property may have (Jakarta Messaging 3.1, 3.5.1, 3.5.9 and 3.8.1.1). */
final class PropertyNames {

    static final String DELIVERY_COUNT = "JMSXDeliveryCount";
    static final String USER_ID = "JMSXUserID";
    static final String GROUP_ID = "JMSXGroupID";

    /** True for what comes again because somebody went back in time; else not there. */
    static final String REPLAY = "JMS_Millrace_Replay";

    /** Setting it on a BytesMessage makes what the stream has the body. */
    static final String INPUT_STREAM = "JMS_Millrace_InputStream";

    /** Setting it on a BytesMessage that can be read writes the body to the stream. */
    static final String OUTPUT_STREAM = "JMS_Millrace_OutputStream";

    /**
     * The names that 3.8.1.1 lists. It lists them in upper case, and names differ by case:
     * applications, and the JORAM suite, have properties such as {@code true}. No selector can ask
     * for one of those, which harms nobody.
     */
    private static final Set<String> RESERVED =
            Set.of(
                    "NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS",
                    "ESCAPE");

    /** In a selector these mean the header, so no selector could ask for such a property. */
    private static final Set<String> HEADERS =
            Set.of(
                    "JMSDestination",
                    "JMSDeliveryMode",
                    "JMSMessageID",
                    "JMSTimestamp",
                    "JMSCorrelationID",
                    "JMSReplyTo",
                    "JMSRedelivered",
                    "JMSType",
                    "JMSExpiration",
                    "JMSPriority",
                    "JMSDeliveryTime");

    private static final Set<String> SET_BY_PROVIDER =
            Set.of(
                    USER_ID,
                    "JMSXAppID",
                    DELIVERY_COUNT,
                    "JMSXProducerTXID",
                    "JMSXConsumerTXID",
                    "JMSXRcvTimestamp",
                    "JMSXState");

    private PropertyNames() {}

    /** Whether Table 3-3 lets only a provider set it: what an application sets has no effect. */
    static boolean isSetByProvider(String name) {
        return name.startsWith("JMSX") && SET_BY_PROVIDER.contains(name);
    }

    /**
     * Refuses what is no identifier of the selector language.
     *
     * @throws IllegalArgumentException if the name is null or empty
     * @throws JMSException if it is no identifier, or one with another meaning
     */
    static void check(@Nullable String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected a property name, but it is " + (name == null ? "null" : "empty"));
        }
        if (!isIdentifier(name)) {
            throw new JMSException(
                    "Expected a property name that is a Java identifier, but it is '" + name + "'");
        }
        if (RESERVED.contains(name)) {
            throw new JMSException(
                    "Expected a property name that is no word of the selector language, but it is '"
                            + name
                            + "'");
        }
        if (name.startsWith("JMS") && HEADERS.contains(name)) {
            throw new JMSException(
                    "Expected a property name that is no message header, but it is '" + name + "'");
        }
    }

    private static boolean isIdentifier(String name) {
        int first = name.codePointAt(0);
        if (!Character.isJavaIdentifierStart(first)) {
            return false;
        }
        for (int at = Character.charCount(first); at < name.length(); ) {
            int next = name.codePointAt(at);
            if (!Character.isJavaIdentifierPart(next)) {
                return false;
            }
            at += Character.charCount(next);
        }
        return true;
    }
}
