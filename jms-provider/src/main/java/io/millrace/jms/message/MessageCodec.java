package io.millrace.jms.message;

import io.millrace.wire.BodyReference;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireOutput;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

/**
 * Messages to records of a batch and back. {@code docs/PROTOCOL.md}, "Messages", draws the record.
 */
public final class MessageCodec {

    static final int PLAIN = 0;
    static final int TEXT = 1;
    static final int BYTES = 2;
    static final int MAP = 3;
    static final int STREAM = 4;
    static final int OBJECT = 5;

    private MessageCodec() {}

    /** The message itself, or a copy of a message of another provider (3.12). */
    public static MillraceMessage own(Message message) throws JMSException {
        return message instanceof MillraceMessage millrace ? millrace : fromForeign(message);
    }

    /** A copy of another provider's message, taken through its public getters (3.12). */
    public static MillraceMessage fromForeign(Message message) throws JMSException {
        return ForeignMessages.copyOf(message);
    }

    /**
     * Writes a message as one record of a batch. Its provider's headers are the ones that send set
     * (3.4.11); it is not changed, and changes to it afterwards do not change the record.
     *
     * @param baseTimeMillis the batch's: within 24 days of the message's time-stamp
     */
    public static void encode(MillraceMessage message, WireOutput to, long baseTimeMillis) {
        encode(message, null, to, baseTimeMillis);
    }

    /**
     * The same with a body that was sent ahead.
     *
     * @param elsewhere where it is; null if it stands in the record
     */
    public static void encode(
            MillraceMessage message,
            @Nullable BodyReference elsewhere,
            WireOutput to,
            long baseTimeMillis) {
        EncodedRecord unreadHeaders = message.unreadHeaders();
        EncodedRecord unreadProperties = message.unreadProperties();
        EncodedRecord unreadBody = message.unreadBody();
        String group = unreadHeaders == null ? message.groupId() : null;
        MessageProperties properties = message.currentProperties();

        int flags = flags(message, group);
        int start =
                begin(
                        message,
                        group,
                        elsewhere == null ? flags : flags | MessageHead.BODY_ELSEWHERE,
                        to,
                        baseTimeMillis);
        if (unreadHeaders != null) {
            unreadHeaders.copyHeaders(to);
        } else {
            ClientHeaders headers = message.currentHeaders();
            if (headers != null) {
                headers.writeTo(to);
            }
            if (group != null) {
                to.writeString(group);
            }
        }
        int propertiesStart = to.size();
        if (unreadProperties != null) {
            unreadProperties.copyProperties(to);
        } else if (properties != null && properties.encodedCount() > 0) {
            properties.writeTo(to);
        }
        int bodyStart = to.size();
        if (elsewhere != null) {
            elsewhere.writeTo(to);
        } else if (unreadBody != null) {
            unreadBody.copyBody(to);
        } else {
            message.writeBody(to);
        }
        MessageHead.finish(to, start, propertiesStart, bodyStart);
    }

    private static int begin(
            MillraceMessage message,
            @Nullable String group,
            int flags,
            WireOutput to,
            long baseTimeMillis) {
        boolean untimed = message.isTimestampDisabled();
        long timestamp = message.getJMSTimestamp();
        long deliveryTime = message.getJMSDeliveryTime();
        // The delivery time is written if it does not follow from the time-stamp.
        boolean explicit = untimed || deliveryTime != timestamp;
        EncodedRecord unread = message.unreadHeaders();
        int groupHash = group == null ? 0 : group.hashCode();
        return MessageHead.begin(
                to,
                new MessageHead.Fields(
                        flags,
                        message.getJMSPriority(),
                        message.bodyType(),
                        untimed ? 0 : Math.toIntExact(timestamp - baseTimeMillis),
                        unread == null ? groupHash : unread.groupHash(),
                        message.getJMSExpiration(),
                        explicit ? deliveryTime : 0));
    }

    private static int flags(MillraceMessage message, @Nullable String group) {
        int flags = 0;
        if (message.getJMSDeliveryMode() == DeliveryMode.PERSISTENT) {
            flags |= MessageHead.PERSISTENT;
        }
        if (message.isMessageIdDisabled()) {
            flags |= MessageHead.NO_MESSAGE_ID;
        }
        if (message.isTimestampDisabled()) {
            flags |= MessageHead.NO_TIMESTAMP;
        }
        EncodedRecord unreadHeaders = message.unreadHeaders();
        ClientHeaders headers = message.currentHeaders();
        if (unreadHeaders != null) {
            flags |= unreadHeaders.flags() & ClientHeaders.FLAGS;
        } else if (headers != null) {
            flags |= headers.flags();
        }
        if (group != null) {
            flags |= MessageHead.HAS_GROUP;
        }
        EncodedRecord unreadProperties = message.unreadProperties();
        MessageProperties properties = message.currentProperties();
        if (unreadProperties != null) {
            flags |= unreadProperties.flags() & MessageHead.HAS_PROPERTIES;
        } else if (properties != null && properties.encodedCount() > 0) {
            flags |= MessageHead.HAS_PROPERTIES;
        }
        return flags;
    }

    /**
     * A received message: read-only, and optional headers, properties and body are read when asked
     * for. It keeps the array, which must not change.
     *
     * @param at where its record begins
     * @param baseTimeMillis the batch's
     * @param producerSequence with the producer's id, what JMSMessageID is made of
     */
    public static MillraceMessage decode(
            byte[] array, int at, long baseTimeMillis, Id128 producerId, long producerSequence) {
        int bodyType = MessageHead.bodyType(array, at);
        MillraceMessage message =
                switch (bodyType) {
                    case PLAIN -> new MillraceMessage();
                    case TEXT -> new MillraceTextMessage();
                    case BYTES -> new MillraceBytesMessage();
                    case MAP -> new MillraceMapMessage();
                    case STREAM -> new MillraceStreamMessage();
                    case OBJECT -> new MillraceObjectMessage();
                    default ->
                            throw new WireFormatException(
                                    "Expected a body type of 0 to 5, but it is "
                                            + bodyType
                                            + ": the message was sent by a newer client");
                };
        message.decodeFrom(
                new EncodedRecord(array, at), baseTimeMillis, producerId, producerSequence);
        return message;
    }
}
