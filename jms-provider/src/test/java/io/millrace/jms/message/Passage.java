package io.millrace.jms.message;

import io.millrace.jms.destination.MillraceQueue;
import io.millrace.wire.Id128;
import io.millrace.wire.WireOutput;
import jakarta.jms.DeliveryMode;

/** The way of a message from a producer to a consumer, without anything in between. */
final class Passage {

    static final Id128 PRODUCER = Id128.parse("000102030405060708090a0b0c0d0e0f");
    static final long SEQUENCE = 42;
    static final long BASE_MILLIS = 1_800_000_000_000L;
    static final long SENT_MILLIS = BASE_MILLIS + 5;

    private Passage() {}

    /** What send sets before it encodes. */
    static void prepare(MillraceMessage message) {
        message.hints(false, false);
        message.setJMSDestination(new MillraceQueue("orders"));
        message.setJMSDeliveryMode(DeliveryMode.PERSISTENT);
        message.setJMSPriority(4);
        message.setJMSExpiration(0);
        message.setJMSTimestamp(SENT_MILLIS);
        message.setJMSDeliveryTime(SENT_MILLIS);
    }

    static byte[] encode(MillraceMessage message) {
        WireOutput to = new WireOutput(16);
        MessageCodec.encode(message, to, BASE_MILLIS);
        return to.toByteArray();
    }

    /** As a consumer decodes it. The record does not stand at the beginning of its array. */
    static MillraceMessage decode(byte[] record) {
        byte[] array = new byte[record.length + 7];
        System.arraycopy(record, 0, array, 3, record.length);
        return MessageCodec.decode(array, 3, BASE_MILLIS, PRODUCER, SEQUENCE);
    }

    /** Sends a message and receives it for the first time. */
    static <M extends MillraceMessage> M received(M message) {
        prepare(message);
        MillraceMessage received = decode(encode(message));
        received.setJMSDestination(new MillraceQueue("orders"));
        received.received(1, null, false);
        @SuppressWarnings("unchecked") // A message keeps its kind on the way; the cast is the test.
        M same = (M) message.getClass().cast(received);
        return same;
    }
}
