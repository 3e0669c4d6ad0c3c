package io.millrace.server.logs;

import io.millrace.core.partition.LifeEvent;
import io.millrace.storage.segment.LogRepair;
import io.millrace.wire.WireOutput;

/**
 * Entries without any effect, of any length.
 *
 * <p>In a partition it is a {@link LifeEvent.Blank}, followed by zeros: a payload may grow at its
 * end, and readers skip what they do not know there. In the catalog it releases the client id
 * without characters, which nobody can have.
 */
final class BlankEvents implements LogRepair.Blank {

    private static final int BLANK = new LifeEvent.Blank().type();
    private static final int CLIENT_ID_RELEASED = 68;

    /** Type, and a length of one byte. */
    private static final int SHORT_HEAD = 2;

    private final int type;

    BlankEvents(int partition) {
        this.type = partition == StateReplay.CATALOG ? CLIENT_ID_RELEASED : BLANK;
    }

    @Override
    public byte[] body(int bytes) {
        if (bytes == 0) {
            return new byte[0];
        }
        WireOutput body = new WireOutput(bytes);
        int payload = payloadBytes(bytes);
        body.writeByte(type).writeVarint(payload).writeBytes(new byte[payload], 0, payload);
        return body.toByteArray();
    }

    /** The longest payload that fits. */
    private static int payloadBytes(int bytes) {
        int payload = bytes - SHORT_HEAD;
        while (1 + varintBytes(payload) + payload > bytes) {
            payload--;
        }
        return payload;
    }

    private static int varintBytes(int value) {
        int bytes = 1;
        for (int left = value >>> 7; left != 0; left >>>= 7) {
            bytes++;
        }
        return bytes;
    }
}
