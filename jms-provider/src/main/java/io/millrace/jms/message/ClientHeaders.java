package io.millrace.jms.message;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The headers that an application sets (Jakarta Messaging 3.1, 3.4.11), which most messages do
 * without, and their section of an encoded message.
 */
final class ClientHeaders {

    /** The flags of the head that say which of these headers follow it. */
    static final int FLAGS =
            MessageHead.HAS_REPLY_TO
                    | MessageHead.HAS_CORRELATION_ID
                    | MessageHead.HAS_CORRELATION_BYTES
                    | MessageHead.HAS_TYPE
                    | MessageHead.HAS_GROUP;

    @Nullable MillraceDestination replyTo;
    @Nullable String type;

    /** JMSXGroupID as it was received: a property that travels among the headers. */
    @Nullable String receivedGroup;

    // At most one of the two is set.
    private @Nullable String correlationId;
    private byte @Nullable [] correlationBytes;

    static ClientHeaders read(int flags, WireInput from) {
        ClientHeaders headers = new ClientHeaders();
        if ((flags & MessageHead.HAS_REPLY_TO) != 0) {
            DestinationKind kind = DestinationKind.of(from.readUnsignedByte());
            headers.replyTo = MillraceDestination.of(kind, from.readString());
        }
        if ((flags & MessageHead.HAS_CORRELATION_ID) != 0) {
            headers.correlationId = from.readString();
        }
        if ((flags & MessageHead.HAS_CORRELATION_BYTES) != 0) {
            headers.correlationBytes = from.readBlob();
        }
        if ((flags & MessageHead.HAS_TYPE) != 0) {
            headers.type = from.readString();
        }
        if ((flags & MessageHead.HAS_GROUP) != 0) {
            headers.receivedGroup = from.readString();
        }
        return headers;
    }

    /** The flags of what {@link #writeTo} writes; the group, which it does not, is left out. */
    int flags() {
        return (replyTo == null ? 0 : MessageHead.HAS_REPLY_TO)
                | (correlationId == null ? 0 : MessageHead.HAS_CORRELATION_ID)
                | (correlationBytes == null ? 0 : MessageHead.HAS_CORRELATION_BYTES)
                | (type == null ? 0 : MessageHead.HAS_TYPE);
    }

    /** Writes the headers in the order of their flags, up to the group, which comes last. */
    void writeTo(WireOutput to) {
        if (replyTo != null) {
            to.writeByte(replyTo.kind().number()).writeString(replyTo.name());
        }
        if (correlationId != null) {
            to.writeString(correlationId);
        }
        if (correlationBytes != null) {
            to.writeBlob(correlationBytes);
        }
        if (type != null) {
            to.writeString(type);
        }
    }

    void correlationId(@Nullable String id) {
        correlationId = id;
        correlationBytes = null;
    }

    void correlationBytes(byte @Nullable [] id) {
        correlationId = null;
        correlationBytes = id == null ? null : id.clone();
    }

    /** JMSCorrelationID as a text, whichever way it was set: bytes are taken as UTF-8. */
    @Nullable String correlationId() {
        byte[] bytes = correlationBytes;
        return bytes == null ? correlationId : new String(bytes, StandardCharsets.UTF_8);
    }

    /** JMSCorrelationID as bytes, whichever way it was set: a text becomes UTF-8. */
    byte @Nullable [] correlationBytes() {
        byte[] bytes = correlationBytes;
        if (bytes != null) {
            return bytes.clone();
        }
        return correlationId == null ? null : correlationId.getBytes(StandardCharsets.UTF_8);
    }
}
