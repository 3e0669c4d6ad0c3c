package io.millrace.jms.client;

import io.millrace.wire.BodyReference;
import io.millrace.wire.Browsed;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.MessageHead;
import io.millrace.wire.TrafficFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * Fetches the body of a large message, some parts at a time. Goes on over any link, since each step
 * names the part that it begins with. For one thread.
 */
public final class BodyDownload {

    private static final int STEP_PARTS = 64;
    private static final int STEP_BYTES = 1 << 20;

    private final BrokerConnection connection;
    private final int partition;
    private final BodyReference reference;

    private final CRC32C checksum = new CRC32C();
    private long bytes;
    private int parts;

    /** A download that has not begun. */
    public BodyDownload(BrokerConnection connection, int partition, BodyReference reference) {
        this.connection = connection;
        this.partition = partition;
        this.reference = reference;
    }

    /**
     * Writes the body to a stream.
     *
     * @throws RefusedException if the broker does not have all of it
     * @throws IOException if it cannot be written
     */
    public void to(OutputStream out) throws IOException {
        while (parts < reference.parts()) {
            int before = parts;
            Browsed step =
                    (Browsed)
                            connection.ask(
                                    id ->
                                            new TrafficFrame.Browse(
                                                    id,
                                                    partition,
                                                    reference.destinationId(),
                                                    before + 1L,
                                                    STEP_PARTS,
                                                    STEP_BYTES,
                                                    null));
            for (DeliveredRun run : step.runs()) {
                take(run, out);
            }
            if (parts == before) {
                throw incomplete("part " + (parts + 1) + " is not there");
            }
        }
        if (bytes != reference.bytes() || (int) checksum.getValue() != reference.checksum()) {
            throw incomplete("other bytes came");
        }
    }

    private void take(DeliveredRun run, OutputStream out) throws IOException {
        if (run.firstSequence() != parts + 1L) {
            throw incomplete("part " + (parts + 1) + " is not there");
        }
        byte[] array = run.array();
        int at = run.offset();
        for (int index = 0; index < run.count(); index++) {
            int bodyAt = MessageHead.bodyAt(array, at);
            int length = MessageHead.length(array, at);
            out.write(array, at + bodyAt, length - bodyAt);
            checksum.update(array, at + bodyAt, length - bodyAt);
            bytes += length - bodyAt;
            parts++;
            at += length;
        }
    }

    private RefusedException incomplete(String found) {
        return new RefusedException(
                ErrorCode.UNREADABLE,
                "Expected the body of a large message, "
                        + reference.bytes()
                        + " bytes in "
                        + reference.parts()
                        + " parts of body "
                        + reference.destinationId()
                        + ", but "
                        + found);
    }
}
