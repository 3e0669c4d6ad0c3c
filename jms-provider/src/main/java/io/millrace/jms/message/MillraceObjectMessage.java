package io.millrace.jms.message;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A message whose body is a serialized object, or null.
 *
 * <p>The object is serialized when it is set, so that later changes to it do not matter, and
 * deserialized each time it is asked for, so that each caller has one of its own. No broker ever
 * does so.
 */
public final class MillraceObjectMessage extends MillraceMessage implements ObjectMessage {

    private byte @Nullable [] serialized;

    /** The object is one that this application has set: it trusts itself. */
    private boolean setHere;

    private TrustedClasses trusted = TrustedClasses.SIMPLE_VALUES;

    private @Nullable ClassLoader provided = MillraceObjectMessage.class.getClassLoader();

    @Override
    public void readObjectsWith(TrustedClasses classes, @Nullable ClassLoader loader) {
        trusted = classes;
        if (loader != null) {
            provided = loader;
        }
    }

    /**
     * Serializes an object.
     *
     * @throws MessageFormatException if it is not serializable (Jakarta Messaging 3.1, 3.11.1)
     */
    @Override
    public void setObject(@Nullable Serializable object) throws JMSException {
        requireWritableBody();
        serialized = object == null ? null : SerializedObject.bytesOf(object);
        setHere = true;
    }

    /**
     * A new copy of the object.
     *
     * @throws MessageFormatException if it was received and is of a class that is not trusted or
     *     not known here; says how to trust it
     */
    @Override
    public @Nullable Serializable getObject() throws JMSException {
        needBody();
        byte[] bytes = serialized;
        return bytes == null
                ? null
                : (Serializable) SerializedObject.read(bytes, setHere ? null : trusted, provided);
    }

    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        Serializable object = getObject();
        if (object != null && !type.isInstance(object)) {
            throw new MessageFormatException(
                    "Expected an object that is a "
                            + type.getName()
                            + ", but it is a "
                            + object.getClass().getName());
        }
        return type.cast(object);
    }

    @Override
    @SuppressWarnings("rawtypes") // The interface declares it raw.
    public boolean isBodyAssignableTo(Class type) throws JMSException {
        try {
            Serializable object = getObject();
            return object == null || type.isInstance(object);
        } catch (MessageFormatException e) {
            // As the interface says: an object that cannot be deserialized can be had as nothing.
            return false;
        }
    }

    @Override
    int bodyType() {
        return MessageCodec.OBJECT;
    }

    @Override
    long leastBodyBytes() {
        byte[] bytes = serialized;
        return bytes == null ? 0 : bytes.length;
    }

    @Override
    void writeBody(WireOutput to) {
        byte[] bytes = serialized;
        if (bytes != null) {
            to.writeBytes(bytes, 0, bytes.length);
        }
    }

    @Override
    void readBody(WireInput from) {
        serialized = from.hasRemaining() ? from.readBytes(from.remaining()) : null;
    }

    @Override
    void emptyBody() {
        serialized = null;
    }

    @Override
    boolean hasBody() {
        return serialized != null;
    }
}
