package io.millrace.bench.jmh;

import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireOutput;
import java.nio.ByteBuffer;

/** Batches as a client would send them. */
final class Batches {

    static final Id128 PRODUCER = new Id128(1, 2);

    /** Codec version, flags, producer id. */
    private static final int FIRST_SEQUENCE_AT = 18;

    private Batches() {}

    /** A batch of bytes messages, persistent, without headers or properties. */
    static byte[] encoded(int messages, int bodyBytes) {
        WireOutput to = new WireOutput(messages * (bodyBytes + MessageHead.BYTES) + 64);
        MessageBatch.writeHeader(to, PRODUCER, 1, 1_000, new byte[0]);
        MessageBatch.setCount(to, 0, messages);
        byte[] body = new byte[bodyBytes];
        for (int i = 0; i < messages; i++) {
            int start =
                    MessageHead.begin(
                            to, new MessageHead.Fields(MessageHead.PERSISTENT, 4, 2, 0, 0, 0, 0));
            int bodyAt = to.size();
            to.writeBytes(body, 0, bodyBytes);
            MessageHead.finish(to, start, bodyAt, bodyAt);
        }
        return to.toByteArray();
    }

    /** The producer's number of the first message, where every send has the next ones. */
    static void setFirstSequence(byte[] batch, long sequence) {
        ByteBuffer.wrap(batch).putLong(FIRST_SEQUENCE_AT, sequence);
    }
}
