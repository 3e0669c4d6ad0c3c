package io.millrace.jms.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.TransactionId;
import io.millrace.wire.TransactionReference;
import io.millrace.wire.WireOutput;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Transcripts of a session's transactions: what is sent when, over which link, and the outcome. */
class TransactionCoreTest {

    private static final long NOW = 1_000;
    private static final Id128 SESSION = new Id128(11, 12);

    private final WrittenFrames written = new WrittenFrames();
    private final TransactionNumbers numbers = new TransactionNumbers(SESSION);

    private TransactionCore core(Map<String, String> options) {
        return new TransactionCore(ClientOptions.parse(options), written, 1, 4, numbers);
    }

    private TransactionCore linked(Map<String, String> options) {
        TransactionCore core = core(options);
        core.linkUp();
        core.known();
        written.take();
        return core;
    }

    private static final SessionProducer.Outgoing MESSAGE = new Plain(true);

    private record Plain(boolean isPersistent) implements SessionProducer.Outgoing {

        @Override
        public void encode(WireOutput to, long baseTimeMillis) {
            Deliveries.writeMessage(to);
        }

        @Override
        public void numbered(Id128 producerId, long sequence) {
            assertEquals(SESSION, producerId);
        }
    }

    private static void add(TransactionCore core, long... destinations) {
        LongStream.of(destinations).forEach(each -> core.add(each, NOW, MESSAGE));
    }

    private static TransactionFrame.Commit commit(TransactionCore core) {
        core.flush();
        return core.commit(7, List.of(), PartitionSet.NONE);
    }

    private CommitOutcome decided(TransactionCore core, @Nullable RuntimeException failed) {
        CommitOutcome outcome = core.decided(failed);
        numbers.decided();
        core.next();
        return outcome;
    }

    private void rollback(TransactionCore core) {
        core.rollback();
        numbers.decided();
        core.next();
    }

    /** What its session sends to other partitions is between: no sequence is used twice. */
    @Test
    void partsOfOneSessionShareItsSequences() {
        TransactionCore core = linked(Map.of());
        TransactionCore other =
                new TransactionCore(ClientOptions.parse(Map.of()), written, 2, 5, numbers);
        other.linkUp();
        written.take();
        add(core, 1, 1);
        add(other, 9);
        add(core, 1);
        add(other, 9);
        commit(core);
        other.flush();
        assertEquals(
                List.of("send to 1: 1-2", "send to 9: 3-3", "send to 1: 4-4", "send to 9: 5-5"),
                written.take().stream()
                        .sorted(Comparator.comparing(each -> each.substring(11)))
                        .toList());
        assertEquals(
                2, other.prepare(8, 1, List.of()).messages(), "what was sent to the other one");
        other.prepared();
        other.linkDown();
        other.linkUp();
        assertEquals(1, written.take().size(), "the window; what is prepared is not sent again");
    }

    private static RefusedException refused(ErrorCode code) {
        return new RefusedException(code, "for a reason");
    }

    /** Else a delay could end before the batch's time, and would pass for none. */
    @Test
    void aBatchBeginsAnewWhenTheClockWasSet() {
        TransactionCore core = linked(Map.of());
        core.add(1, NOW, MESSAGE);
        core.add(1, NOW + 1, MESSAGE);
        core.add(1, NOW - 1, MESSAGE);
        core.add(1, NOW + 25L * 24 * 60 * 60 * 1_000, MESSAGE);
        commit(core);
        assertEquals(List.of("send to 1: 1-2", "send to 1: 3-3", "send to 1: 4-4"), written.take());
    }

    @Test
    void aSmallTransactionLeavesWhenItIsCommitted() {
        TransactionCore core = linked(Map.of());
        add(core, 1, 1, 1, 2, 2);
        assertEquals(List.of("send to 1: 1-3"), written.take());
        TransactionFrame.Commit commit = commit(core);
        assertEquals(List.of("send to 2: 4-5"), written.take());
        assertEquals(5, commit.messages());
        assertArrayEquals(new TransactionId(SESSION, 1).toBytes(), commit.transactionId());
        for (TrafficFrame.Send send : written.sends()) {
            assertArrayEquals(commit.transactionId(), send.batch().transactionId());
        }
        assertEquals(CommitOutcome.Kind.COMMITTED, decided(core, null).kind());
        assertTrue(core.isEmpty());
        add(core, 1);
        assertEquals(new TransactionId(SESSION, 2), core.id());
        assertEquals(1, commit(core).messages());
        assertEquals(List.of("send to 1: 6-6"), written.take());
    }

    @Test
    void aFullBatchLeavesAtOnce() {
        TransactionCore core = linked(Map.of("send.batch.bytes", "1"));
        add(core, 1, 1);
        assertEquals(List.of("send to 1: 1-1", "send to 1: 2-2"), written.take());
    }

    @Test
    void everythingIsSentAgainOverANewLink() {
        TransactionCore core = core(Map.of("send.batch.bytes", "1"));
        add(core, 1, 2);
        assertEquals(List.of(), written.take());
        core.linkUp();
        List<String> all = List.of("open producer", "send to 1: 1-1", "send to 2: 2-2");
        assertEquals(all, written.take());
        core.linkDown();
        add(core, 3);
        assertEquals(List.of(), written.take());
        core.known();
        core.linkUp();
        assertEquals(
                List.of(
                        "open producer resuming",
                        "send to 1: 1-1",
                        "send to 2: 2-2",
                        "send to 3: 3-3"),
                written.take());
    }

    @Test
    void aRollbackIsToldOnlyIfSomethingWasSent() {
        TransactionCore core = linked(Map.of("send.batch.bytes", "1"));
        rollback(core);
        assertEquals(List.of(), written.take());
        add(core, 1);
        written.take();
        rollback(core);
        assertEquals(List.of("Rollback"), written.take());
        add(core, 1);
        core.linkDown();
        written.take();
        rollback(core);
        core.linkUp();
        assertEquals(List.of("open producer resuming"), written.take());
        assertEquals(new TransactionId(SESSION, 4), core.id());
    }

    /** Jakarta Messaging 3.1, 3.4.2: one PERSISTENT message makes a batch so. */
    @Test
    void keepsModesApartAndSendsBothAgain() {
        TransactionCore core = linked(Map.of());
        core.add(1, NOW, new Plain(false));
        core.add(1, NOW, new Plain(false));
        core.add(1, NOW, MESSAGE);
        core.add(1, NOW, new Plain(false));
        assertEquals(4, commit(core).messages());
        List<String> sends = List.of("send to 1: 1-2", "send to 1: 3-3", "send to 1: 4-4");
        assertEquals(sends, written.take());
        core.linkDown();
        assertEquals(List.of(), core.linkUp());
        List<String> again = written.take();
        assertEquals(sends, again.subList(1, again.size()));
    }

    @Test
    void limitsRefuseTheMessageAndKeepTheRest() {
        TransactionCore core =
                linked(Map.of("transaction.messages", "3", "transaction.bytes", "1024"));
        SessionProducer.Outgoing large =
                new SessionProducer.Outgoing() {
                    @Override
                    public void encode(WireOutput to, long baseTimeMillis) {
                        to.writeBytes(new byte[1_024], 0, 1_024);
                    }

                    @Override
                    public boolean isPersistent() {
                        return true;
                    }

                    @Override
                    public void numbered(Id128 producerId, long sequence) {
                        throw new AssertionError("it must not get a number");
                    }
                };
        RefusedException tooLarge =
                assertThrows(RefusedException.class, () -> core.add(1, NOW, large));
        assertEquals(ErrorCode.LIMIT, tooLarge.code());
        assertTrue(String.valueOf(tooLarge.getMessage()).contains("transaction.bytes"));
        add(core, 1, 1, 1);
        assertThrows(RefusedException.class, () -> core.add(1, NOW, large));
        RefusedException tooMany =
                assertThrows(RefusedException.class, () -> core.add(1, NOW, MESSAGE));
        assertTrue(String.valueOf(tooMany.getMessage()).contains("transaction.messages"));
        assertEquals(3, commit(core).messages());
        assertEquals(List.of("send to 1: 1-3"), written.take());
    }

    @Test
    void anAnswerTellsTheOutcome() {
        TransactionCore core = linked(Map.of());
        add(core, 1);
        commit(core);
        CommitOutcome outcome = decided(core, refused(ErrorCode.ROLLED_BACK));
        assertEquals(CommitOutcome.Kind.ROLLED_BACK, outcome.kind());
        assertEquals(new TransactionReference(new TransactionId(SESSION, 1), 1), outcome.id());
        assertFalse(core.isExpired());
    }

    @Test
    void withoutAnAnswerTheOutcomeIsUnknownIfTheCommitMayHaveArrived() {
        TransactionCore core = linked(Map.of());
        add(core, 1);
        commit(core);
        core.linkDown();
        assertEquals(
                CommitOutcome.Kind.UNKNOWN, decided(core, refused(ErrorCode.UNAVAILABLE)).kind());
        add(core, 1);
        commit(core);
        assertEquals(
                CommitOutcome.Kind.ROLLED_BACK,
                decided(core, refused(ErrorCode.UNAVAILABLE)).kind(),
                "no link, so nothing can have arrived");
        add(core, 1);
        commit(core);
        core.linkUp();
        core.linkDown();
        assertEquals(
                CommitOutcome.Kind.UNKNOWN, decided(core, refused(ErrorCode.UNAVAILABLE)).kind());
    }

    @Test
    void aBrokerThatForgotTheSessionDidNotCommitByTheFrameThatItAnswers() {
        TransactionCore core = linked(Map.of());
        add(core, 1);
        commit(core);
        assertEquals(
                CommitOutcome.Kind.ROLLED_BACK,
                decided(core, refused(ErrorCode.PRODUCER_EXPIRED)).kind());
        assertTrue(core.isExpired());
        add(core, 1);
        commit(core);
        core.linkDown();
        core.linkUp();
        assertEquals(
                CommitOutcome.Kind.UNKNOWN,
                decided(core, refused(ErrorCode.PRODUCER_EXPIRED)).kind(),
                "it may have committed by the one before");
    }

    @Test
    void nothingIsTakenOnceTheConnectionIsGone() {
        TransactionCore core = linked(Map.of());
        assertTrue(core.failed(refused(ErrorCode.UNAVAILABLE)).isEmpty());
        assertFalse(core.isUsable());
        assertEquals(
                ErrorCode.UNAVAILABLE,
                assertThrows(RefusedException.class, () -> core.add(1, NOW, MESSAGE)).code());
    }
}
