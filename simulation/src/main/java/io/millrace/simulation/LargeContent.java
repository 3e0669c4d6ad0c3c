package io.millrace.simulation;

import io.millrace.wire.BodyReference;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireOutput;
import java.util.zip.CRC32C;

/** What the large bodies of a simulation are made of: bytes that follow from which body it is. */
final class LargeContent {

    private static final int BYTES_BODY = 2;

    private LargeContent() {}

    private static byte byteAt(long bodyId, long at) {
        return (byte) ((bodyId * 31 + at) * 0x9E3779B97F4A7C15L >>> 56);
    }

    /** Writes a part: the bytes of a body from one on. */
    static void writePart(WireOutput to, long bodyId, long from, int count) {
        int start =
                MessageHead.begin(
                        to,
                        new MessageHead.Fields(
                                MessageHead.PERSISTENT,
                                MessageHead.DEFAULT_PRIORITY,
                                BYTES_BODY,
                                0,
                                0,
                                0,
                                0));
        int body = to.size();
        for (long at = from; at < from + count; at++) {
            to.writeByte(byteAt(bodyId, at));
        }
        MessageHead.finish(to, start, body, body);
    }

    /** What a message says of a body. */
    static BodyReference reference(long bodyId, long bytes, int parts) {
        CRC32C checksum = new CRC32C();
        for (long at = 0; at < bytes; at++) {
            checksum.update(byteAt(bodyId, at));
        }
        return new BodyReference(0, bodyId, bytes, parts, (int) checksum.getValue());
    }

    /** Whether some bytes are those of a body from one on. */
    static boolean isPart(long bodyId, long from, byte[] array, int at, int count) {
        for (int index = 0; index < count; index++) {
            if (array[at + index] != byteAt(bodyId, from + index)) {
                return false;
            }
        }
        return true;
    }
}
