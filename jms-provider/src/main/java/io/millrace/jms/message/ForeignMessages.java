package io.millrace.jms.message;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.DestinationKind;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * Messages and destinations of other providers, known by the public interfaces only (Jakarta
 * Messaging 3.1, 3.12).
 */
final class ForeignMessages {

    private static final int COPY_BYTES = 4_096;

    private ForeignMessages() {}

    /**
     * A message of this provider with the same content. Reading a stream or bytes means to reset
     * the original, so it is read-only afterwards, and stands at its beginning.
     */
    static MillraceMessage copyOf(Message message) throws JMSException {
        MillraceMessage copy = copyBody(message);
        copyCorrelation(message, copy);
        copy.setJMSType(message.getJMSType());
        Destination replyTo = message.getJMSReplyTo();
        // A destination that is neither cannot be named here; the interface Message lets it go.
        if (replyTo instanceof Queue || replyTo instanceof Topic) {
            copy.setJMSReplyTo(replyTo);
        }
        copy.setJMSDestination(message.getJMSDestination());
        copy.setJMSDeliveryMode(message.getJMSDeliveryMode());
        copy.setJMSPriority(message.getJMSPriority());
        copy.setJMSExpiration(message.getJMSExpiration());
        copy.setJMSTimestamp(message.getJMSTimestamp());
        copy.setJMSDeliveryTime(message.getJMSDeliveryTime());
        for (Enumeration<?> names = message.getPropertyNames(); names.hasMoreElements(); ) {
            String name = (String) names.nextElement();
            copy.setObjectProperty(name, message.getObjectProperty(name));
        }
        return copy;
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
                "Expected a queue or a topic, but it is a " + destination.getClass().getName());
    }

    private static void copyCorrelation(Message message, MillraceMessage copy) throws JMSException {
        String id = message.getJMSCorrelationID();
        if (id != null) {
            copy.setJMSCorrelationID(id);
            return;
        }
        copy.setJMSCorrelationIDAsBytes(correlationBytes(message));
    }

    private static byte @Nullable [] correlationBytes(Message message) throws JMSException {
        try {
            return message.getJMSCorrelationIDAsBytes();
        } catch (UnsupportedOperationException e) {
            // 3.4.5: a provider need not support bytes. Then there are none.
            return null;
        }
    }

    private static MillraceMessage copyBody(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            MillraceTextMessage copy = new MillraceTextMessage();
            copy.setText(text.getText());
            return copy;
        }
        if (message instanceof BytesMessage bytes) {
            return copyBytes(bytes);
        }
        if (message instanceof MapMessage map) {
            MillraceMapMessage copy = new MillraceMapMessage();
            for (Enumeration<?> names = map.getMapNames(); names.hasMoreElements(); ) {
                String name = (String) names.nextElement();
                copy.setObject(name, map.getObject(name));
            }
            return copy;
        }
        if (message instanceof StreamMessage stream) {
            return copyStream(stream);
        }
        if (message instanceof ObjectMessage object) {
            MillraceObjectMessage copy = new MillraceObjectMessage();
            copy.setObject(object.getObject());
            return copy;
        }
        return new MillraceMessage();
    }

    private static MillraceMessage copyBytes(BytesMessage bytes) throws JMSException {
        MillraceBytesMessage copy = new MillraceBytesMessage();
        bytes.reset();
        byte[] part = new byte[(int) Math.max(1, Math.min(COPY_BYTES, bytes.getBodyLength()))];
        for (int count = bytes.readBytes(part); count > 0; count = bytes.readBytes(part)) {
            copy.writeBytes(part, 0, count);
        }
        bytes.reset();
        return copy;
    }

    private static MillraceMessage copyStream(StreamMessage stream) throws JMSException {
        MillraceStreamMessage copy = new MillraceStreamMessage();
        stream.reset();
        try {
            while (true) {
                copy.writeObject(stream.readObject());
            }
        } catch (MessageEOFException e) {
            // The only way to know that a stream is at its end.
            stream.reset();
        }
        return copy;
    }
}
