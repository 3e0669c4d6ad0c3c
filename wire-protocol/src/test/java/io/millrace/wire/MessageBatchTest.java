package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What gets past {@link MessageBatch#validate} can be walked without a check. */
class MessageBatchTest {

    private static final int SEQUENCE_AT = 18;
    private static final int COUNT_AT = 34;
    private static final int FIRST_MESSAGE_AT = 39;
    private static final int SECOND_MESSAGE_AT = FIRST_MESSAGE_AT + 43;

    private final byte[] golden = GoldenFrame.parse(GoldenClientFrames.BATCH);

    private static MessageBatch validated(byte[] bytes) {
        MessageBatch batch = new MessageBatch(bytes, 0, bytes.length);
        batch.validate();
        return batch;
    }

    private void refuses(int at, int... bytes) {
        byte[] damaged = golden.clone();
        for (int index = 0; index < bytes.length; index++) {
            damaged[at + index] = (byte) bytes[index];
        }
        assertThrows(WireFormatException.class, () -> validated(damaged));
    }

    @Test
    void knowsWhereItsMessagesAre() {
        MessageBatch batch = validated(golden);
        assertEquals(2, batch.count());
        assertEquals(6, batch.lastProducerSequence());
        assertEquals(FIRST_MESSAGE_AT, batch.messageAt(0));
        assertEquals(SECOND_MESSAGE_AT, batch.messageAt(1));
        assertEquals(golden.length, batch.messageAt(2));
        assertEquals(40, batch.messageBytes(1, 1));
        assertEquals(-2, MessageHead.timestampDelta(golden, batch.messageAt(0)));
        assertEquals(9, MessageHead.deliveryTime(golden, batch.messageAt(0)));
        assertEquals(10, MessageHead.expiration(golden, batch.messageAt(1)));
        assertEquals(7, MessageHead.groupHash(golden, batch.messageAt(1)));
    }

    /** One such message is enough, wherever it is, and whether the batch was validated or not. */
    @Test
    void isPersistentIfOneOfItsMessagesIs() {
        for (int modes = 0; modes < 4; modes++) {
            byte[] bytes = golden.clone();
            setPersistent(bytes, FIRST_MESSAGE_AT, (modes & 1) != 0);
            setPersistent(bytes, SECOND_MESSAGE_AT, (modes & 2) != 0);
            assertEquals(modes != 0, validated(bytes).hasPersistent(), "modes " + modes);
            assertEquals(modes != 0, new MessageBatch(bytes, 0, bytes.length).hasPersistent());
        }
    }

    private static void setPersistent(byte[] bytes, int messageAt, boolean persistent) {
        int flagsAt = messageAt + Integer.BYTES + 1;
        bytes[flagsAt] &= ~MessageHead.PERSISTENT;
        bytes[flagsAt] |= persistent ? MessageHead.PERSISTENT : 0;
    }

    @Test
    void refusesImpossibleHeads() {
        refuses(0, 2); // codec version
        refuses(1, 1); // flags
        refuses(1, 0x80);
        refuses(COUNT_AT, 0, 0, 0, 0);
        refuses(COUNT_AT, 0, 0, 0, 1); // bytes left over
        refuses(COUNT_AT, 0, 0, 0, 3); // a message is missing
        refuses(COUNT_AT, 0, 1, 0, 1);
        refuses(COUNT_AT, 0xff, 0xff, 0xff, 0xff);
        refuses(COUNT_AT + 4, 0x7f); // transaction id longer than a gap allows
        refuses(FIRST_MESSAGE_AT, 0, 0, 0, 39); // length
        refuses(FIRST_MESSAGE_AT, 0x7f, 0xff, 0xff, 0xff);
        refuses(FIRST_MESSAGE_AT, 0xff, 0xff, 0xff, 0xff);
        refuses(FIRST_MESSAGE_AT + MessageHead.PRIORITY_AT, 10);
        refuses(FIRST_MESSAGE_AT + MessageHead.PRIORITY_AT, 0xff);
        refuses(FIRST_MESSAGE_AT + MessageHead.PROPERTIES_AT_AT, 0, 0, 0, 39);
        refuses(FIRST_MESSAGE_AT + MessageHead.PROPERTIES_AT_AT, 0, 0, 0, 42); // behind the body
        refuses(FIRST_MESSAGE_AT + MessageHead.BODY_AT_AT, 0, 0, 0, 44); // behind the end
        refuses(FIRST_MESSAGE_AT + MessageHead.BODY_AT_AT, 0x80, 0, 0, 0);
    }

    /** Else a batch whose last sequence overflows looks like one that was stored before. */
    @Test
    void refusesImpossibleProducerSequences() {
        refuses(SEQUENCE_AT, 0, 0, 0, 0, 0, 0, 0, 0);
        refuses(SEQUENCE_AT, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
        refuses(SEQUENCE_AT, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void corruptedBatchesAreRefusedOrCanBeWalked(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = Arrays.copyOf(golden, golden.length - random.nextInt(3));
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                int at = random.nextInt(damaged.length);
                damaged[at] =
                        random.nextBoolean()
                                ? (byte) random.nextInt()
                                : (byte) (damaged[at] + random.nextInt(5) - 2);
            }
            assertDoesNotThrow(() -> walk(damaged), () -> HexFormat.of().formatHex(damaged));
        }
    }

    private static void walk(byte[] bytes) {
        MessageBatch batch;
        try {
            batch = validated(bytes);
        } catch (WireFormatException refused) {
            return;
        }
        for (int index = 0; index < batch.count(); index++) {
            int at = batch.messageAt(index);
            int size = batch.messageBytes(index, 1);
            assertEquals(size, MessageHead.length(bytes, at));
            new WireInput(bytes, at, size).skip(MessageHead.bodyAt(bytes, at));
        }
        assertEquals(bytes.length, batch.messageAt(batch.count()));
    }
}
