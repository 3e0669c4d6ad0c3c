package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TransactionIdTest {

    private static final TransactionId ID = new TransactionId(GoldenFrame.ID, 258);

    @Test
    void hasTheseBytes() {
        assertEquals(
                "01" + "00112233445566778899aabbccddeeff" + "0000000000000102",
                HexFormat.of().formatHex(ID.toBytes()));
        assertEquals(ID, TransactionId.of(ID.toBytes()));
    }

    @Test
    void otherKindsLengthsAndNumbersAreRefused() {
        byte[] otherKind = ID.toBytes();
        otherKind[0] = 2;
        assertThrows(WireFormatException.class, () -> TransactionId.of(otherKind));
        assertThrows(WireFormatException.class, () -> TransactionId.of(new byte[0]));
        assertThrows(
                WireFormatException.class,
                () -> TransactionId.of(java.util.Arrays.copyOf(ID.toBytes(), 26)));
        assertThrows(
                WireFormatException.class,
                () -> TransactionId.of(new TransactionId(GoldenFrame.ID, 0).toBytes()));
    }
}
