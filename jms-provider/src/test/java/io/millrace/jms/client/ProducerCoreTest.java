package io.millrace.jms.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.TrafficFrame;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Transcripts of a producer: what is sent and confirmed, and the frames that it writes. */
class ProducerCoreTest {

    private static final long NOW = 1_000;

    private final WrittenFrames written = new WrittenFrames();

    private ProducerCore core(Map<String, String> options) {
        return new ProducerCore(ClientOptions.parse(options), written, 1, 4, new Id128(11, 12));
    }

    private ProducerCore linked(Map<String, String> options) {
        ProducerCore core = core(options);
        core.linkUp();
        written.take();
        return core;
    }

    private static ProducerCore.Batch add(ProducerCore core, long destination, Object attachment) {
        return add(core, destination, attachment, ProducerCore.Mode.PERSISTENT);
    }

    private static ProducerCore.Batch add(
            ProducerCore core,
            long destination,
            @Nullable Object attachment,
            ProducerCore.Mode mode) {
        ProducerCore.Batch batch = core.batchFor(destination, NOW, mode);
        Deliveries.writeMessage(batch.frame());
        core.added(batch, attachment);
        core.flush(false);
        return batch;
    }

    private static void add(ProducerCore core, int count) {
        for (int index = 0; index < count; index++) {
            add(core, 1, "message");
        }
    }

    @Test
    void sendsAtOnceWhileFewBatchesAreUnconfirmedAndCollectsThen() {
        ProducerCore core = linked(Map.of("send.batches.in.flight", "2"));
        add(core, 5);
        assertEquals(List.of("send to 1: 1-1", "send to 1: 2-2"), written.take());
        core.confirmed(1);
        assertEquals(List.of("send to 1: 3-5"), written.take());
        core.confirmed(5);
        assertTrue(core.isIdle());
    }

    @Test
    void isFullByMessages() {
        ProducerCore core = linked(Map.of("send.window", "3"));
        add(core, 3);
        assertFalse(core.hasRoom());
        core.confirmed(1);
        assertTrue(core.hasRoom());
    }

    @Test
    void isFullByBytes() {
        ProducerCore core = linked(Map.of("send.window.bytes", "150"));
        add(core, 2);
        assertFalse(core.hasRoom());
        core.confirmed(2);
        assertTrue(core.hasRoom());
    }

    @Test
    void isFullWhenTheGrowingBatchIs() {
        ProducerCore core = linked(Map.of("send.batches.in.flight", "1", "send.batch.bytes", "80"));
        add(core, 2);
        assertFalse(core.hasRoom());
        core.confirmed(1);
        assertEquals(List.of("send to 1: 1-1", "send to 1: 2-2"), written.take());
        assertTrue(core.hasRoom());
    }

    @Test
    void keepsDestinationsApartAndInOrder() {
        ProducerCore core = linked(Map.of("send.batches.in.flight", "1"));
        add(core, 1, "a");
        add(core, 1, "b");
        add(core, 2, "c");
        add(core, 1, "d");
        core.flush(true);
        assertEquals(
                List.of("send to 1: 1-1", "send to 1: 2-2", "send to 2: 3-3", "send to 1: 4-4"),
                written.take());
    }

    @Test
    void repeatsUnconfirmedBatchesAsTheyWere() {
        ProducerCore core = linked(Map.of("send.batches.in.flight", "2"));
        add(core, 4);
        core.confirmed(1);
        core.linkDown();
        add(core, 1);
        written.take();
        core.linkUp();
        assertEquals(
                List.of("open producer resuming", "send to 1: 2-2", "send to 1: 3-4"),
                written.take());
        List<TrafficFrame.Send> sends = written.sends();
        assertArrayEquals(bytes(sends.get(1)), bytes(sends.get(3)));
        core.confirmed(4);
        assertEquals(List.of("send to 1: 5-5"), written.take());
    }

    private static byte[] bytes(TrafficFrame.Send send) {
        int from = send.batch().offset();
        return Arrays.copyOfRange(send.batch().array(), from, from + send.batch().length());
    }

    @Test
    void isNotTakenForKnownBeforeAnythingWasConfirmed() {
        ProducerCore core = linked(Map.of());
        add(core, 1);
        core.linkDown();
        written.take();
        core.linkUp();
        assertEquals(List.of("open producer", "send to 1: 1-1"), written.take());
    }

    @Test
    void completesInOrder() {
        ProducerCore core = linked(Map.of("send.batches.in.flight", "1"));
        add(core, 1, "a");
        add(core, 1, "b");
        add(core, 1, "c");
        assertEquals(List.of("a"), attachments(core.confirmed(1)));
        assertEquals(List.of("b", "c"), attachments(core.confirmed(3)));
    }

    private static List<Object> attachments(List<ProducerCore.Batch> batches) {
        return batches.stream().flatMap(batch -> batch.attachments().stream()).toList();
    }

    @Test
    void goesOnAfterARefusal() {
        ProducerCore core = linked(Map.of("send.batches.in.flight", "1"));
        ProducerCore.Batch first = add(core, 1, "a");
        add(core, 1, "b");
        written.take();
        RefusedException refusal = new RefusedException(ErrorCode.INVALID_DESTINATION, "gone");
        assertEquals(List.of(first), core.refused(1, refusal));
        assertSame(refusal, first.refusal());
        assertEquals(List.of("send to 1: 2-2"), written.take());
        assertEquals(List.of(), core.refused(77, refusal));
    }

    /** Else a delay could end before the batch's time, and would pass for none. */
    @Test
    void beginsABatchAnewWhenTheClockWasSet() {
        for (long later : new long[] {NOW - 1, NOW + 25L * 24 * 60 * 60 * 1_000}) {
            ProducerCore core = linked(Map.of("send.batches.in.flight", "1"));
            add(core, 1);
            for (long millis : new long[] {NOW, NOW + 1, later, later}) {
                ProducerCore.Batch batch = core.batchFor(1, millis, ProducerCore.Mode.PERSISTENT);
                Deliveries.writeMessage(batch.frame());
                core.added(batch, null);
            }
            core.flush(true);
            core.confirmed(1);
            core.confirmed(3);
            assertEquals(
                    List.of("send to 1: 1-1", "send to 1: 2-3", "send to 1: 4-5"), written.take());
        }
    }

    @Test
    void takesBackAMessageThatCouldNotBeWritten() {
        ProducerCore core = linked(Map.of("send.batches.in.flight", "1"));
        add(core, 2);
        ProducerCore.Batch batch = core.batchFor(1, NOW, ProducerCore.Mode.PERSISTENT);
        int before = batch.frame().size();
        batch.frame().writeLong(0);
        core.abandon(batch, before);
        core.flush(true);
        assertEquals(List.of("send to 1: 1-1", "send to 1: 2-2"), written.take());
    }

    @Test
    void failsWhatIsUnconfirmedAndWhatWasCollected() {
        ProducerCore core = linked(Map.of("send.batches.in.flight", "1"));
        add(core, 3);
        RefusedException reason = new RefusedException(ErrorCode.UNAVAILABLE, "away");
        assertEquals(2, core.failed(reason).size());
        assertTrue(core.isIdle());
        assertSame(reason, core.failure());
    }

    @Test
    void neverSendsNonPersistentMessagesTwice() {
        ProducerCore core = linked(Map.of());
        ProducerCore.Batch kept = add(core, 1, "a");
        ProducerCore.Batch gone = add(core, 1, "b", ProducerCore.Mode.NON_PERSISTENT);
        ProducerCore.Batch unheard = add(core, 1, null, ProducerCore.Mode.UNAWAITED);
        add(core, 1, "d");
        core.linkDown();
        ProducerCore.Batch late = add(core, 1, "e", ProducerCore.Mode.NON_PERSISTENT);
        written.take();
        assertEquals(List.of(gone, unheard), core.linkUp());
        assertEquals(
                List.of(
                        "open producer",
                        "send to 1: 1-1",
                        "send to 1: 4-4",
                        // It has not been on its way yet.
                        "send to 1: 5-5"),
                written.take());
        assertTrue(gone.isDone() && gone.isLost() && unheard.isUnawaited());
        assertEquals(
                ErrorCode.UNAVAILABLE,
                assertInstanceOf(RefusedException.class, gone.refusal()).code());
        assertFalse(kept.isDone() || late.isDone());
        core.confirmed(5);
        assertTrue(core.isIdle());
        assertNull(late.refusal());
    }

    @Test
    void keepsModesApartAndInOrder() {
        ProducerCore core = linked(Map.of("send.batches.in.flight", "1"));
        add(core, 1, "a");
        add(core, 1, "b", ProducerCore.Mode.NON_PERSISTENT);
        add(core, 1, null, ProducerCore.Mode.UNAWAITED);
        add(core, 1, "c");
        core.flush(true);
        assertEquals(List.of("send to 1: 1-1", "send to 1: 2-3", "send to 1: 4-4"), written.take());
    }
}
