package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Fields that are ints in the code are varints on the wire: what does not fit is refused by name.
 */
class NarrowFieldsTest {

    /** Fields of one byte; the narrow one is left out, as __. */
    @ParameterizedTest
    @CsvSource({
        "13, 01 __ 05, partition",
        "20, __ 01 00000000000000000000000000000001 00, handle",
        "20, 01 __ 00000000000000000000000000000001 00, partition",
        "21, __, handle",
        "22, __ 01 01, handle",
        "30, 01 01 __ 01 01 01 00 00 00 00, partition",
        "34, 01 __ 01 01 01 01 00, partition",
        "81, 0001 00000000000000000000000000000001 00 __ 01, maxFrameBytes",
        "81, 0001 00000000000000000000000000000001 00 01 __, heartbeatMillis",
        "91, 01 __ 01 01 01 01, partition",
        "91, 01 01 __ 01 01 01, placementVersion",
        "94, 01 __ 01, partition",
        "94, 01 01 __, placementVersion",
        "a0, __ 01, handle",
        "a1, __ 01 01 0001 00 00, handle"
    })
    void refuseWhatDoesNotFit(String type, String payload, String field) {
        for (String tooLarge : new String[] {"8080808008", "8180808010", "ffffffffffffffffff01"}) {
            byte[] body = GoldenFrame.parse(type + "00" + payload.replace("__", tooLarge));
            boolean client = Integer.parseInt(type, 16) < 0x80;
            WireFormatException refused =
                    assertThrows(
                            WireFormatException.class,
                            () -> GoldenFrame.read(client, body, 0, body.length),
                            field + " of 0x" + type + " = " + tooLarge);
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("Expected " + field),
                    refused.getMessage());
        }
    }
}
