package io.millrace.simulation;

import io.millrace.jms.client.ConsumerCore;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireOutput;
import java.nio.ByteBuffer;

/** Messages whose body begins with the oracle's id. */
final class Record {

    private Record() {}

    static void write(WireOutput to, long id, int sizeBytes) {
        int start =
                MessageHead.begin(
                        to,
                        new MessageHead.Fields(
                                MessageHead.PERSISTENT, priority(id), 2, 0, 0, 0, 0));
        int body = to.size();
        to.writeLong(id).writeBytes(new byte[sizeBytes], 0, sizeBytes);
        MessageHead.finish(to, start, body, body);
    }

    /** Selects every other message or so. */
    static final String SELECTOR = "JMSPriority >= 5";

    static boolean isSelected(long id) {
        return priority(id) >= 5;
    }

    private static int priority(long id) {
        return (int) (id * 7 % 10);
    }

    static long id(ConsumerCore.Given given) {
        return id(given.run().array(), given.position());
    }

    /** The id of the message that begins at a place in an array. */
    static long id(byte[] array, int at) {
        return ByteBuffer.wrap(array).getLong(at + MessageHead.bodyAt(array, at));
    }
}
