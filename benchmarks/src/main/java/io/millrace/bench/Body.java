package io.millrace.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

/**
 * Bodies of one size that carry their message's number, eight bytes of lane and sequence, the rest
 * filler. Owned by one thread.
 */
final class Body {

    private static final int SEQUENCE_BITS = 40;

    private final byte[] filler;

    Body(int sizeBytes) {
        filler = new byte[sizeBytes - Long.BYTES];
        for (int i = 0; i < filler.length; i++) {
            filler[i] = (byte) ('a' + i % 26);
        }
    }

    int sizeBytes() {
        return Long.BYTES + filler.length;
    }

    static long number(int lane, long sequence) {
        return (long) lane << SEQUENCE_BITS | sequence;
    }

    static int lane(long number) {
        return (int) (number >>> SEQUENCE_BITS);
    }

    static long sequence(long number) {
        return number & ((1L << SEQUENCE_BITS) - 1);
    }

    /**
     * A new message, as an application would make one: a provider may keep it until it has
     * confirmed it.
     */
    BytesMessage message(Session session, long number) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeLong(number);
        message.writeBytes(filler);
        return message;
    }

    /** Reads the whole body as an application would, and returns the number in it. */
    long number(Message message) throws JMSException {
        BytesMessage bytes = (BytesMessage) message;
        if (bytes.getBodyLength() != Long.BYTES + filler.length) {
            throw new JMSException(
                    "Expected a body of %d bytes, but it has %d"
                            .formatted(Long.BYTES + filler.length, bytes.getBodyLength()));
        }
        long number = bytes.readLong();
        bytes.readBytes(filler);
        return number;
    }
}
