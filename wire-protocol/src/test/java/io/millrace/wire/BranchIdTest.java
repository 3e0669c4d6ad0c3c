package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BranchIdTest {

    private static final BranchId ID =
            new BranchId(258, new byte[] {1, 2, 3}, new byte[] {(byte) 0xff});

    @Test
    void hasTheseBytes() {
        assertEquals(
                "02" + "00000102" + "03" + "010203" + "01" + "ff",
                HexFormat.of().formatHex(ID.toBytes()));
        assertEquals(ID, BranchId.of(ID.toBytes()));
        assertEquals(ID.hashCode(), BranchId.of(ID.toBytes()).hashCode());
        assertEquals("102:010203:ff", ID.toString());
    }

    @Test
    void anyFormatAndAnyLengthUpToTheLimitIsKept() {
        BranchId largest = new BranchId(Integer.MIN_VALUE, new byte[64], new byte[64]);
        assertEquals(135, largest.toBytes().length);
        assertEquals(largest, BranchId.of(largest.toBytes()));
        BranchId smallest = new BranchId(0, new byte[1], new byte[0]);
        assertEquals(smallest, BranchId.of(smallest.toBytes()));
    }

    @Test
    void isReadAsItIsPrinted() {
        for (BranchId each :
                new BranchId[] {
                    ID,
                    new BranchId(0, new byte[1], new byte[0]),
                    new BranchId(Integer.MIN_VALUE, new byte[64], new byte[64]),
                    new BranchId(-2, new byte[] {(byte) 0xab}, new byte[] {1})
                }) {
            assertEquals(each, BranchId.parse(each.toString()));
        }
        assertEquals(ID, BranchId.parse(" 102:010203:FF "));
        for (String each :
                new String[] {
                    "", "1:2", "1:02:03:04", "x:02:03", "1:2:03", "1::02", "ffffffff:01:"
                }) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> BranchId.parse(each));
            assertTrue(String.valueOf(refused.getMessage()).contains("4d52:0102ab:01"), each);
        }
    }

    @Test
    void eachPartTellsBranchesApart() {
        assertNotEquals(ID, new BranchId(259, ID.global(), ID.qualifier()));
        assertNotEquals(ID, new BranchId(258, new byte[] {1, 2, 4}, ID.qualifier()));
        assertNotEquals(ID, new BranchId(258, ID.global(), new byte[0]));
        assertNotEquals(
                new BranchId(1, new byte[] {1}, new byte[] {2}),
                new BranchId(1, new byte[] {1, 2}, new byte[0]));
    }

    @Test
    void isToldFromASessionsTransaction() {
        assertTrue(BranchId.isOne(ID.toBytes()));
        assertFalse(BranchId.isOne(new TransactionId(GoldenFrame.ID, 1).toBytes()));
        assertFalse(BranchId.isOne(new byte[0]));
        assertThrows(
                WireFormatException.class,
                () -> BranchId.of(new TransactionId(GoldenFrame.ID, 1).toBytes()));
        assertThrows(WireFormatException.class, () -> TransactionId.of(ID.toBytes()));
    }

    @Test
    void whatIsNoBranchIsRefused() {
        assertThrows(WireFormatException.class, () -> new BranchId(-1, new byte[1], new byte[0]));
        assertThrows(WireFormatException.class, () -> new BranchId(1, new byte[0], new byte[1]));
        assertThrows(WireFormatException.class, () -> new BranchId(1, new byte[65], new byte[0]));
        assertThrows(WireFormatException.class, () -> new BranchId(1, new byte[1], new byte[65]));
        byte[] bytes = ID.toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(WireFormatException.class, () -> BranchId.of(cut));
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThrows(WireFormatException.class, () -> BranchId.of(longer));
    }

    /** Every client must find the same one. */
    @Test
    void theHomeFollowsFromTheId() {
        BranchId id = new BranchId(258, new byte[] {1, 2, 3}, new byte[] {(byte) 0xff});
        int global = 31 * (31 * (31 + 1) + 2) + 3;
        int qualifier = 31 - 1;
        assertEquals(31 * (31 * 258 + global) + qualifier, id.hashCode());
        assertEquals(1, id.homeAmong(1));
        assertEquals(1 + Math.floorMod(id.hashCode(), 7), id.homeAmong(7));
        assertEquals(4, new BranchId(-5, new byte[] {1}, new byte[0]).homeAmong(5));
    }
}
