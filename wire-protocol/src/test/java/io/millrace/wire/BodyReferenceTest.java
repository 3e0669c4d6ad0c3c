package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyReferenceTest {

    private static final BodyReference REFERENCE =
            new BodyReference(1, 1L << 40, 300_000_000, 2_289, -2);

    /** A message with its body in its place, and one whose body is elsewhere. */
    private static MessageBatch batch(int cutBytes) {
        WireOutput to = new WireOutput(64);
        MessageBatch.writeHeader(to, new Id128(1, 2), 1, 1_000, new byte[0]);
        MessageBatch.setCount(to, 0, 2);
        for (int flags : new int[] {0, MessageHead.BODY_ELSEWHERE}) {
            int start = MessageHead.begin(to, new MessageHead.Fields(flags, 4, 2, 0, 0, 0, 0));
            int body = to.size();
            WireOutput reference = new WireOutput(BodyReference.BYTES);
            REFERENCE.writeTo(reference);
            to.writeBytes(reference.array(), 0, reference.size() - cutBytes);
            MessageHead.finish(to, start, body, body);
        }
        return new MessageBatch(to.toByteArray(), 0, to.size());
    }

    @Test
    void keepsItsForm() {
        WireOutput to = new WireOutput(BodyReference.BYTES);
        REFERENCE.writeTo(to);
        assertEquals(
                "0000010000000000" // destination id
                        + "0000000011e1a300" // bytes
                        + "000008f1" // parts
                        + "fffffffe", // checksum
                HexFormat.of().formatHex(to.toByteArray()));
    }

    @Test
    void isFoundWhereTheFlagSaysSo() {
        assertEquals(List.of(REFERENCE), batch(0).bodies());
        MessageBatch validated = batch(0);
        validated.validate();
        assertEquals(List.of(REFERENCE), validated.bodies());
    }

    @Test
    void isRefusedIfItIsCut() {
        assertThrows(WireFormatException.class, () -> batch(1).validate());
    }
}
