package io.millrace.wire;

/**
 * What stands in the place of a large body, in a record with {@link MessageHead#BODY_ELSEWHERE}:
 * where the body is, and how to know that all of it came.
 *
 * <pre>
 *   destination id i64 | bytes i64 | parts u32 | CRC-32C u32
 * </pre>
 *
 * <p>The parts are the messages of a destination of kind {@link DestinationKind#BODY}, with
 * sequences from 1; the bodies of these, one behind the other, are the body.
 *
 * @param index of the message in its batch
 * @param destinationId where the parts are
 * @param bytes how many there are of the body
 * @param parts how many messages these are in
 * @param checksum CRC-32C of the body
 */
public record BodyReference(int index, long destinationId, long bytes, int parts, int checksum) {

    /** How many bytes it takes in a record. */
    public static final int BYTES = 24;

    /** Writes it in the place of the body. */
    public void writeTo(WireOutput to) {
        to.writeLong(destinationId).writeLong(bytes).writeInt(parts).writeInt(checksum);
    }

    /**
     * Reads it from a record that has one.
     *
     * @param at where in the array the record begins
     * @param index of the message in its batch
     */
    public static BodyReference of(byte[] array, int at, int index) {
        int bodyAt = MessageHead.bodyAt(array, at);
        WireInput from = new WireInput(array, at + bodyAt, MessageHead.length(array, at) - bodyAt);
        return new BodyReference(
                index, from.readLong(), from.readLong(), from.readInt(), from.readInt());
    }

    /** Checks that a record which says that it has one does. */
    static void require(byte[] array, int at) {
        int size = MessageHead.length(array, at) - MessageHead.bodyAt(array, at);
        if (size < BYTES) {
            throw new WireFormatException(
                    "Expected a reference of "
                            + BYTES
                            + " bytes to a body that is elsewhere, but there are "
                            + size);
        }
        BodyReference reference = of(array, at, 0);
        if (reference.destinationId < 1 || reference.bytes < 0 || reference.parts < 0) {
            throw new WireFormatException(
                    "Expected a destination, bytes and parts of a body that is elsewhere, but they are "
                            + reference);
        }
    }
}
