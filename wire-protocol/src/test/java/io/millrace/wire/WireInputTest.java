package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireInputTest {

    private static WireInput input(String hex) {
        return new WireInput(GoldenFrame.parse(hex));
    }

    private static byte[] varint(long value) {
        return new WireOutput(16).writeVarint(value).toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "127, 7f",
        "128, 8001",
        "300, ac02",
        "16383, ff7f",
        "16384, 808001",
        "9223372036854775807, ffffffffffffffff7f",
        "-1, ffffffffffffffffff01",
        "-9223372036854775808, 80808080808080808001"
    })
    void varintsHaveTheseBytes(long value, String hex) {
        assertArrayEquals(GoldenFrame.parse(hex), varint(value));
        assertEquals(value, input(hex).readVarint());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void varintsAreReadAsWrittenAndAsShortAsCanBe(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            long value = random.nextLong() >>> random.nextInt(64);
            byte[] bytes = varint(value);
            int bits = Math.max(1, 64 - Long.numberOfLeadingZeros(value));
            assertEquals((bits + 6) / 7, bytes.length);
            WireInput from = new WireInput(bytes);
            assertEquals(value, from.readVarint());
            assertFalse(from.hasRemaining());
        }
    }

    @Test
    void varintsOfMoreThanTenBytesAreRefused() {
        assertThrows(WireFormatException.class, () -> input("8080808080808080808001").readVarint());
        assertThrows(WireFormatException.class, () -> input("8080").readVarint());
    }

    @Test
    void numbersThatDoNotFitAreRefusedByName() {
        assertEquals(Integer.MAX_VALUE, input("ffffffff07").readVarintInt("handle"));
        for (String hex : List.of("8080808008", "8080808010", "ffffffffffffffffff01")) {
            WireFormatException refused =
                    assertThrows(
                            WireFormatException.class, () -> input(hex).readVarintInt("handle"));
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("handle"), refused.getMessage());
        }
    }

    @Test
    void aBooleanIsZeroOrOne() {
        assertFalse(input("00").readBoolean());
        assertTrue(input("01").readBoolean());
        assertThrows(WireFormatException.class, () -> input("02").readBoolean());
        assertThrows(WireFormatException.class, () -> input("ff").readBoolean());
    }

    @Test
    void unsignedNumbersAreNotNegative() {
        assertEquals(255, input("ff").readUnsignedByte());
        assertEquals(65_535, input("ffff").readUnsignedShort());
        assertEquals(-1, input("ffff").readShort());
    }

    @Test
    void everyReadStopsAtTheEndOfItsSlice() {
        List<Consumer<WireInput>> reads =
                List.of(
                        WireInput::readByte,
                        WireInput::readUnsignedByte,
                        WireInput::readBoolean,
                        WireInput::readShort,
                        WireInput::readUnsignedShort,
                        WireInput::readInt,
                        WireInput::readLong,
                        WireInput::readVarint,
                        from -> from.readVarintInt("number"),
                        WireInput::readBlob,
                        WireInput::readString,
                        WireInput::readNullableString,
                        WireInput::readId,
                        from -> from.readBytes(1),
                        from -> from.skip(1));
        byte[] wider = new byte[64];
        for (Consumer<WireInput> read : reads) {
            WireInput empty = new WireInput(wider, 10, 0);
            assertThrows(WireFormatException.class, () -> read.accept(empty));
        }
    }

    @Test
    void lengthsBeyondTheSliceAreRefused() {
        assertThrows(WireFormatException.class, () -> input("02 61").readString());
        assertThrows(WireFormatException.class, () -> input("01").readBlob());
        assertThrows(WireFormatException.class, () -> input("03 61").readNullableString());
        assertThrows(WireFormatException.class, () -> input("ffffffff0f 61").readBlob());
        assertThrows(
                WireFormatException.class, () -> input("ffffffffffffffffff01 61").readString());
        assertThrows(WireFormatException.class, () -> input("61").readBytes(-1));
        assertThrows(WireFormatException.class, () -> input("61").skip(-1));
        assertThrows(WireFormatException.class, () -> input("06").readCount(5));
        assertEquals(5, input("05").readCount(5));
    }

    @Test
    void slicesOutsideTheArrayAreABugOfTheCaller() {
        byte[] bytes = new byte[4];
        assertThrows(IndexOutOfBoundsException.class, () -> new WireInput(bytes, -1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> new WireInput(bytes, 0, -1));
        assertThrows(IndexOutOfBoundsException.class, () -> new WireInput(bytes, 3, 2));
        assertThrows(
                IndexOutOfBoundsException.class, () -> new WireInput(bytes, 1, Integer.MAX_VALUE));
    }

    @Test
    void outputGrowsAndKeepsWhatIsThere() {
        WireOutput to = new WireOutput(1);
        byte[] big = new byte[1_000];
        big[999] = 7;
        to.writeByte(1).writeBytes(big, 0, big.length).writeString("é").writeNullableString(null);
        WireInput from = new WireInput(to.array(), 0, to.size());
        assertEquals(1, from.readByte());
        assertArrayEquals(big, from.readBytes(1_000));
        assertEquals("é", from.readString());
        assertEquals(null, from.readNullableString());
        to.truncate(1);
        assertEquals(1, to.size());
        to.reset();
        assertEquals(0, to.size());
    }
}
