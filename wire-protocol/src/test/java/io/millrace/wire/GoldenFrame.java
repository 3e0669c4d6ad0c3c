package io.millrace.wire;

import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;

/**
 * A frame and the bytes that it must have for ever.
 *
 * @param hex bytes in hexadecimal; what follows a {@code #} up to the end of its line is a comment
 */
record GoldenFrame(Frame frame, String hex) {

    static final Id128 ID = new Id128(0x0011223344556677L, 0x8899aabbccddeeffL);

    /** The frame from its length field on. */
    byte[] bytes() {
        return parse(hex);
    }

    /** The frame from its type on, as the reader gets it. */
    byte[] body() {
        byte[] bytes = bytes();
        return java.util.Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length);
    }

    /**
     * Length of {@link #body} before the first line that says {@code # added}: what peers write
     * that do not know the fields from there on. -1 if there is none.
     */
    int olderLength() {
        int added = hex.indexOf("# added");
        return added < 0
                ? -1
                : parse(hex.substring(0, hex.lastIndexOf('\n', added))).length - Integer.BYTES;
    }

    /** The same before each such line: fields may have been added several times. */
    Set<Integer> olderLengths() {
        Set<Integer> lengths = new TreeSet<>();
        for (int added = hex.indexOf("# added");
                added >= 0;
                added = hex.indexOf("# added", added + 1)) {
            lengths.add(
                    parse(hex.substring(0, hex.lastIndexOf('\n', added))).length - Integer.BYTES);
        }
        return lengths;
    }

    static byte[] parse(String commented) {
        return HexFormat.of().parseHex(commented.replaceAll("#.*", "").replaceAll("\\s", ""));
    }

    /** Reads as the peer does that this frame is for; a batch is checked too. */
    static Frame read(boolean client, byte[] bytes, int offset, int length) {
        if (!client) {
            return FrameReader.brokerFrame(bytes, offset, length);
        }
        ClientFrame frame = FrameReader.clientFrame(bytes, offset, length);
        if (frame instanceof TrafficFrame.Send) {
            ((TrafficFrame.Send) frame).batch().validate();
        }
        return frame;
    }

    Frame read(byte[] body) {
        return read(frame instanceof ClientFrame, body, 0, body.length);
    }

    @Override
    public String toString() {
        return frame.getClass().getSimpleName();
    }
}
