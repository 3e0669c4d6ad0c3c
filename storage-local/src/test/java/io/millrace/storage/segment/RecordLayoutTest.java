package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The bytes on the disk, written out: a change here makes old logs unreadable. */
final class RecordLayoutTest {

    private static final UUID LOG_ID = new UUID(0x0011223344556677L, 0x8899AABBCCDDEEFFL);

    @Test
    void encodesARecordAsDocumented() {
        RecordEncoder encoder = new RecordEncoder(new LogIdentity(LOG_ID, 3, 7));
        encoder.segment(5);
        encoder.stamp(0x1000, 0x0000_0190_0000_0000L);
        byte[] body = {'m', 'i', 'l', 'l'};
        encoder.begin(RecordLayout.CONTINUES, 0x1040, body.length, 9);
        encoder.body(body, 0, body.length);

        assertEquals(
                "4d52" // magic
                        + "01" // version
                        + "01" // flags: continues
                        + "00000004" // length of the body
                        + "00000005" // generation
                        + "00000003" // partition
                        + "0000000000000007" // epoch
                        + "0000000000001040" // offset
                        + "0000000000001000" // durable up to
                        + "0000019000000000" // append time
                        + "00000009" // bytes left in the group
                        + "924a1f7a", // CRC-32C of log id, the bytes above, and the body
                HexFormat.of().formatHex(encoder.finish()));
    }

    @Test
    void encodesASegmentHeaderAsDocumented() {
        SegmentHeader header =
                new SegmentHeader(LOG_ID, 3, 0x2000, 5, 7, 64 << 20, 0x1000, 0x19000000000L);
        byte[] page = header.encode().array();

        assertEquals(SegmentHeader.PAGE_BYTES, page.length);
        assertEquals(
                "4d494c4c5345474d" // magic
                        + "00000001" // version
                        + "00000003" // partition
                        + "00112233445566778899aabbccddeeff" // log id
                        + "0000000000002000" // base offset
                        + "00000005" // generation
                        + "00000000"
                        + "0000000000000007" // epoch
                        + "0000000004000000" // capacity
                        + "0000000000001000" // base offset of the segment before
                        + "0000019000000000" // time of the last append before
                        + "a113ff44", // CRC-32C of the bytes above
                HexFormat.of().formatHex(page, 0, 84));
        assertEquals(header, SegmentHeader.decode(page));
    }

    @Test
    void countsPaddingAndHeadersOfAllParts() {
        assertEquals(56, RecordLayout.storedBytes(0));
        assertEquals(64, RecordLayout.storedBytes(1));
        assertEquals(64, RecordLayout.storedBytes(8));
        assertEquals(56 + 1024, RecordLayout.storedBytes(1024, 1024));
        assertEquals(56 + 1024 + 64, RecordLayout.storedBytes(1025, 1024));
        assertEquals(2 * (56 + 1024), RecordLayout.storedBytes(2048, 1024));
    }
}
