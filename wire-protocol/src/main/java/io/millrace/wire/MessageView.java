package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of an encoded message without decoding it: headers and single properties.
 *
 * <p>A cursor that is moved from message to message; owned by one thread. Heads are taken to be
 * valid, {@link MessageBatch#validate} did that; headers and properties are not: what cannot be
 * read is a {@link WireFormatException}.
 */
public final class MessageView {

    private MessageBatch batch;
    private int index;
    private int at;

    public MessageView(MessageBatch batch, int index) {
        this.batch = batch;
        moveTo(batch, index);
    }

    /** Looks at another message. */
    public void moveTo(MessageBatch newBatch, int newIndex) {
        batch = newBatch;
        index = newIndex;
        at = newBatch.messageAt(newIndex);
    }

    public boolean isPersistent() {
        return has(MessageHead.PERSISTENT);
    }

    public int priority() {
        return MessageHead.priority(batch.array(), at);
    }

    /** JMSTimestamp in ms since 1970; 0 if the sender left it out. */
    public long timestampMillis() {
        return has(MessageHead.NO_TIMESTAMP)
                ? 0
                : batch.baseTimeMillis() + MessageHead.timestampDelta(batch.array(), at);
    }

    /** JMSMessageID; null if the sender left it out. */
    public @Nullable String messageId() {
        return has(MessageHead.NO_MESSAGE_ID)
                ? null
                : "ID:" + batch.producerId() + ":" + (batch.firstProducerSequence() + index);
    }

    /** JMSCorrelationID as a text, bytes taken as UTF-8; null if there is none. */
    public @Nullable String correlationId() {
        boolean text = has(MessageHead.HAS_CORRELATION_ID);
        if (!text && !has(MessageHead.HAS_CORRELATION_BYTES)) {
            return null;
        }
        WireInput from = headersFrom(MessageHead.HAS_CORRELATION_ID);
        return text ? from.readString() : new String(from.readBlob(), StandardCharsets.UTF_8);
    }

    /** JMSType; null if there is none. */
    public @Nullable String type() {
        return has(MessageHead.HAS_TYPE) ? headersFrom(MessageHead.HAS_TYPE).readString() : null;
    }

    /** JMSXGroupID, if the message is in a group; null if not. */
    public @Nullable String group() {
        return has(MessageHead.HAS_GROUP) ? headersFrom(MessageHead.HAS_GROUP).readString() : null;
    }

    /** The value of a property of any name but JMSXGroupID; null if it is not there or null. */
    public @Nullable Object property(String name) {
        if (!has(MessageHead.HAS_PROPERTIES)) {
            return null;
        }
        byte[] array = batch.array();
        int start = MessageHead.propertiesAt(array, at);
        WireInput from = new WireInput(array, at + start, MessageHead.bodyAt(array, at) - start);
        for (long left = from.readVarint(); left > 0; left--) {
            int length = from.readCount(from.remaining());
            boolean found = isName(name, array, from.position(), length);
            from.skip(length);
            if (found) {
                return readValue(from);
            }
            ValueType.skipValue(from);
        }
        return null;
    }

    private boolean has(int flag) {
        return (MessageHead.flags(batch.array(), at) & flag) != 0;
    }

    /** The headers from that of a flag on; they stand in the order of their flags. */
    private WireInput headersFrom(int flag) {
        byte[] array = batch.array();
        WireInput from =
                new WireInput(
                        array,
                        at + MessageHead.BYTES,
                        MessageHead.propertiesAt(array, at) - MessageHead.BYTES);
        if (has(MessageHead.HAS_REPLY_TO)) {
            from.skip(1);
            skipBlob(from);
        }
        int correlation = MessageHead.HAS_CORRELATION_ID | MessageHead.HAS_CORRELATION_BYTES;
        if (flag > MessageHead.HAS_CORRELATION_BYTES && has(correlation)) {
            skipBlob(from);
        }
        if (flag > MessageHead.HAS_TYPE && has(MessageHead.HAS_TYPE)) {
            skipBlob(from);
        }
        return from;
    }

    private static boolean isName(String name, byte[] array, int at, int length) {
        if (length < name.length()) {
            return false;
        }
        for (int index = 0; index < name.length(); index++) {
            char unit = name.charAt(index);
            if (unit >= 0x80 || array[at + index] < 0) {
                return name.equals(new String(array, at, length, StandardCharsets.UTF_8));
            }
            if (unit != array[at + index]) {
                return false;
            }
        }
        return length == name.length();
    }

    private static void skipBlob(WireInput from) {
        from.skip(from.readCount(from.remaining()));
    }

    private static @Nullable Object readValue(WireInput from) {
        int type = from.readUnsignedByte();
        return switch (type) {
            case ValueType.NULL -> null;
            case ValueType.BOOLEAN -> from.readBoolean();
            case ValueType.BYTE -> from.readByte();
            case ValueType.SHORT -> from.readShort();
            case ValueType.INT -> from.readInt();
            case ValueType.LONG -> from.readLong();
            case ValueType.FLOAT -> Float.intBitsToFloat(from.readInt());
            case ValueType.DOUBLE -> Double.longBitsToDouble(from.readLong());
            case ValueType.STRING -> from.readString();
            default -> throw ValueType.unknown(type);
        };
    }
}
