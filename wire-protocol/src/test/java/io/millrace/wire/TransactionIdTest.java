package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.Locale;
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
    void isReadAsItIsPrinted() {
        assertEquals("00112233445566778899aabbccddeeff:258", ID.toString());
        assertEquals(ID, TransactionId.parse(ID.toString()));
        TransactionId high = new TransactionId(new Id128(-1, -2), Long.MAX_VALUE / 10);
        assertEquals(high, TransactionId.parse(" " + high.toString().toUpperCase(Locale.ROOT)));
        for (String each :
                new String[] {"", ID.sessionId() + ":0", "12:1", ID + "0123456789012345678"}) {
            assertThrows(IllegalArgumentException.class, () -> TransactionId.parse(each));
        }
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
