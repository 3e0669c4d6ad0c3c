package io.millrace.server.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.wire.WireFormatException;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Golden bytes of the stored form. */
class BlockDirectoryTest {

    private static final String PLAIN =
            """
            01 01                   # version, destinations
            ac02 02                 # destination 300, blocks
            05 03 c801 9001         # first sequence, count, bytes, offset
            03 01 40 c801           # the second, first sequence and offset as differences
            """;

    private static final String RELOCATED =
            PLAIN.replaceFirst("01", "02")
                    + """
                    02                      # relocated
                    ac02 01 02 64 f403      # destination, first sequence, count, bytes, offset
                    07 09 01 20 d804        # the second
                    """;

    private static final List<StoredBlock> AGAIN =
            List.of(new StoredBlock(300, 1, 2, 100, 500), new StoredBlock(7, 9, 1, 32, 600));

    private static BlockDirectory directory() {
        BlockDirectory directory = new BlockDirectory();
        directory.add(300, 5, 3, 200, 144);
        directory.add(300, 8, 1, 64, 344);
        return directory;
    }

    private static String hex(List<StoredBlock> again) {
        WireOutput to = new WireOutput(64);
        directory().writeTo(to, again);
        return HexFormat.of().formatHex(to.toByteArray());
    }

    private static byte[] parse(String golden) {
        return HexFormat.of().parseHex(golden.replaceAll("#.*", "").replaceAll("\\s", ""));
    }

    @Test
    void isVersionOneAsLongAsThatSaysAll() {
        assertEquals(HexFormat.of().formatHex(parse(PLAIN)), hex(List.of()));
        BlockDirectory read = BlockDirectory.read(new WireInput(parse(PLAIN)));
        assertEquals(directory().spans(), read.spans());
        assertEquals(0, read.relocated().count());
    }

    @Test
    void versionTwoSaysWhatWasRelocated() {
        assertEquals(HexFormat.of().formatHex(parse(RELOCATED)), hex(AGAIN));
        BlockDirectory read = BlockDirectory.read(new WireInput(parse(RELOCATED)));
        assertEquals(directory().spans(), read.spans());
        assertEquals(2, read.relocated().count());
        assertEquals(AGAIN.get(0), read.relocated().find(300, 2, 1_000));
        assertEquals(AGAIN.get(1), read.relocated().find(7, 9, 1_000));
        assertNull(read.relocated().find(7, 10, 1_000));
        assertEquals(4, StoredBlocks.in(new WireInput(parse(RELOCATED))).size());
    }

    @Test
    void aNewerVersionIsRefused() {
        assertThrows(
                WireFormatException.class,
                () -> BlockDirectory.read(new WireInput(new byte[] {3, 0})));
    }
}
