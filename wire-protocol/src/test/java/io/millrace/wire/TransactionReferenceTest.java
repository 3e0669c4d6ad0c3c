package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionReferenceTest {

    private static final TransactionId ID =
            new TransactionId(Id128.parse("00112233445566778899aabbccddeeff"), 7);

    @Test
    void isReadAsItIsWritten() {
        TransactionReference first = new TransactionReference(ID, 1);
        assertEquals("00112233445566778899aabbccddeeff:7", first.toString());
        assertEquals(first, TransactionReference.parse(first.toString()));
        TransactionReference third = new TransactionReference(ID, 3);
        assertEquals("00112233445566778899aabbccddeeff:7@3", third.toString());
        assertEquals(third, TransactionReference.parse(" " + third));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@2",
                "00112233445566778899aabbccddeeff@2",
                "00112233445566778899aabbccddeeff:7@",
                "00112233445566778899aabbccddeeff:7@0",
                "00112233445566778899aabbccddeeff:7@1234567",
                "00112233445566778899aabbccddeeff:7@two"
            })
    void refusesWhatIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> TransactionReference.parse(text));
    }
}
