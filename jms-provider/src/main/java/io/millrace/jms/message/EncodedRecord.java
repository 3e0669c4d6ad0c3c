package io.millrace.jms.message;

import io.millrace.wire.BodyReference;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/**
 * An encoded message inside the array that it was received in. Nobody changes the array; a message
 * that is kept keeps all of it.
 *
 * @param at where the record begins
 */
record EncodedRecord(byte[] array, int at) {

    int flags() {
        return MessageHead.flags(array, at);
    }

    boolean isBodyElsewhere() {
        return (flags() & MessageHead.BODY_ELSEWHERE) != 0;
    }

    /** Where the body is; only if it is elsewhere. */
    BodyReference bodyReference() {
        return BodyReference.of(array, at, 0);
    }

    int groupHash() {
        return MessageHead.groupHash(array, at);
    }

    /** The optional headers that {@link #flags} names. */
    WireInput headers() {
        return slice(MessageHead.BYTES, propertiesAt());
    }

    /** Empty unless {@link #flags} says that there are properties. */
    WireInput properties() {
        return slice(propertiesAt(), bodyAt());
    }

    WireInput body() {
        return slice(bodyAt(), MessageHead.length(array, at));
    }

    void copyHeaders(WireOutput to) {
        to.writeBytes(array, at + MessageHead.BYTES, propertiesAt() - MessageHead.BYTES);
    }

    void copyProperties(WireOutput to) {
        to.writeBytes(array, at + propertiesAt(), bodyAt() - propertiesAt());
    }

    void copyBody(WireOutput to) {
        to.writeBytes(array, at + bodyAt(), MessageHead.length(array, at) - bodyAt());
    }

    private int propertiesAt() {
        return MessageHead.propertiesAt(array, at);
    }

    private int bodyAt() {
        return MessageHead.bodyAt(array, at);
    }

    private WireInput slice(int from, int to) {
        return new WireInput(array, at + from, to - from);
    }
}
