package io.millrace.jms.message;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** Messages to bytes and back; the layout is in {@code docs/PROTOCOL.md}. */
public final class MessageCodec {

    static final int PLAIN = 0;
    static final int TEXT = 1;
    static final int BYTES = 2;
    static final int MAP = 3;

    /** Flags of headers that stand between head and properties. */
    static final int HEADER_FLAGS =
            MessageHead.HAS_REPLY_TO
                    | MessageHead.HAS_CORRELATION_ID
                    | MessageHead.HAS_CORRELATION_BYTES
                    | MessageHead.HAS_TYPE
                    | MessageHead.HAS_GROUP;

    private static final int COPY_BYTES = 4_096;

    private MessageCodec() {}

    /** Writes a message as one record of a batch. Its headers are the ones that send set. */
    public static void encode(MillraceMessage message, WireOutput to, long baseTimeMillis) {
        message.decodeBody();
        Properties properties = message.properties();
        Object correlation = message.correlation();
        MillraceDestination replyTo = (MillraceDestination) message.getJMSReplyTo();
        String type = message.getJMSType();
        String group = message.groupId();
        int flags =
                (message.getJMSDeliveryMode() == DeliveryMode.PERSISTENT
                                ? MessageHead.PERSISTENT
                                : 0)
                        | (replyTo == null ? 0 : MessageHead.HAS_REPLY_TO)
                        | (correlation instanceof String ? MessageHead.HAS_CORRELATION_ID : 0)
                        | (correlation instanceof byte[] ? MessageHead.HAS_CORRELATION_BYTES : 0)
                        | (type == null ? 0 : MessageHead.HAS_TYPE)
                        | (group == null ? 0 : MessageHead.HAS_GROUP)
                        | (message.isMessageIdDisabled() ? MessageHead.NO_MESSAGE_ID : 0)
                        | (message.isTimestampDisabled() ? MessageHead.NO_TIMESTAMP : 0)
                        | (properties.isEmpty() ? 0 : MessageHead.HAS_PROPERTIES);
        int start =
                MessageHead.begin(
                        to,
                        new MessageHead.Fields(
                                flags,
                                message.getJMSPriority(),
                                message.bodyType(),
                                (int) (message.getJMSDeliveryTime() - baseTimeMillis),
                                group == null ? 0 : group.hashCode(),
                                message.getJMSExpiration(),
                                0));
        if (replyTo != null) {
            to.writeByte(replyTo.kind().number()).writeString(replyTo.name());
        }
        if (correlation instanceof String text) {
            to.writeString(text);
        } else if (correlation instanceof byte[] bytes) {
            to.writeBlob(bytes);
        }
        if (type != null) {
            to.writeString(type);
        }
        if (group != null) {
            to.writeString(group);
        }
        int propertiesStart = to.size();
        if (!properties.isEmpty()) {
            properties.writeTo(to);
        }
        int bodyStart = to.size();
        try {
            message.writeBody(to);
        } catch (JMSException e) {
            throw new IllegalStateException("a body that could be set could not be written", e);
        }
        MessageHead.finish(to, start, propertiesStart, bodyStart);
    }

    static void readHeaders(int flags, WireInput from, MillraceMessage to) {
        if ((flags & MessageHead.HAS_REPLY_TO) != 0) {
            DestinationKind kind = DestinationKind.of(from.readUnsignedByte());
            to.replyTo(MillraceDestination.of(kind, from.readString()));
        }
        if ((flags & MessageHead.HAS_CORRELATION_ID) != 0) {
            to.correlation(from.readString());
        }
        if ((flags & MessageHead.HAS_CORRELATION_BYTES) != 0) {
            to.correlation(from.readBlob());
        }
        if ((flags & MessageHead.HAS_TYPE) != 0) {
            to.setJMSType(from.readString());
        }
        // JMSXGroupID is among the properties, too; here it is for the broker.
    }

    static void put(Properties properties, String name, @Nullable Object value) {
        try {
            properties.set(name, value);
        } catch (JMSException e) {
            throw new IllegalStateException(
                    "a property that was set before could not be set again", e);
        }
    }

    /** A received message; optional headers, properties and body are read when asked for. */
    public static MillraceMessage decode(
            byte[] array, int at, long baseTimeMillis, Id128 producerId, long producerSequence) {
        int bodyType = MessageHead.bodyType(array, at);
        MillraceMessage message =
                switch (bodyType) {
                    case PLAIN -> new MillraceMessage();
                    case TEXT -> new MillraceTextMessage();
                    case BYTES -> new MillraceBytesMessage();
                    case MAP -> new MillraceMapMessage();
                    default ->
                            throw new WireFormatException(
                                    "Expected a body type of 0 to 3, but it is "
                                            + bodyType
                                            + "; the message was sent by a newer client");
                };
        message.decodeFrom(array, at, baseTimeMillis, producerId, producerSequence);
        return message;
    }

    /**
     * The message itself, or a copy of a message of another provider (Jakarta Messaging 3.1, 3.12).
     */
    public static MillraceMessage own(Message message) throws JMSException {
        if (message instanceof MillraceMessage millrace) {
            return millrace;
        }
        MillraceMessage copy = copyBody(message);
        copy.setJMSCorrelationID(message.getJMSCorrelationID());
        copy.setJMSReplyTo(message.getJMSReplyTo());
        copy.setJMSType(message.getJMSType());
        copy.setJMSDeliveryMode(message.getJMSDeliveryMode());
        copy.setJMSPriority(message.getJMSPriority());
        copy.setJMSExpiration(message.getJMSExpiration());
        copy.setJMSTimestamp(message.getJMSTimestamp());
        copy.setJMSDeliveryTime(message.getJMSDeliveryTime());
        for (Enumeration<?> names = message.getPropertyNames(); names.hasMoreElements(); ) {
            String name = (String) names.nextElement();
            if (!name.equals("JMSXDeliveryCount")) {
                copy.setObjectProperty(name, message.getObjectProperty(name));
            }
        }
        return copy;
    }

    private static MillraceMessage copyBody(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            MillraceTextMessage copy = new MillraceTextMessage();
            copy.setText(text.getText());
            return copy;
        }
        if (message instanceof MapMessage map) {
            MillraceMapMessage copy = new MillraceMapMessage();
            for (Enumeration<?> names = map.getMapNames(); names.hasMoreElements(); ) {
                String name = (String) names.nextElement();
                copy.setObject(name, map.getObject(name));
            }
            return copy;
        }
        if (message instanceof BytesMessage bytes) {
            MillraceBytesMessage copy = new MillraceBytesMessage();
            bytes.reset();
            byte[] part = new byte[COPY_BYTES];
            for (int count = bytes.readBytes(part); count > 0; count = bytes.readBytes(part)) {
                copy.writeBytes(part, 0, count);
            }
            return copy;
        }
        return new MillraceMessage();
    }

    /** A destination of this provider: the same one, or one of the same name. */
    static MillraceDestination ownDestination(Destination destination) throws JMSException {
        if (destination instanceof MillraceDestination millrace) {
            return millrace;
        }
        if (destination instanceof Queue queue) {
            return MillraceDestination.of(DestinationKind.QUEUE, queue.getQueueName());
        }
        if (destination instanceof Topic topic) {
            return MillraceDestination.of(DestinationKind.TOPIC, topic.getTopicName());
        }
        throw new InvalidDestinationException(
                "Expected a queue or a topic, but it is " + destination);
    }
}
