package io.millrace.jms.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.SequenceRanges;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Transcripts of a consumer: what it hears, and the frames that it writes. */
class ConsumerCoreTest {

    private static final int WINDOW_BYTES = 1 << 20;

    private final WrittenFrames written = new WrittenFrames();

    private ConsumerCore core(String... options) {
        Map<String, String> values = new java.util.TreeMap<>();
        for (int index = 0; index < options.length; index += 2) {
            values.put(options[index], options[index + 1]);
        }
        return new ConsumerCore(7, 1, 3, null, ClientOptions.parse(values), written);
    }

    private ConsumerCore listening(int messages, String... options) {
        ConsumerCore core = core(options);
        core.window(messages, WINDOW_BYTES);
        attach(core, 1);
        written.take();
        return core;
    }

    private void attach(ConsumerCore core, long epoch) {
        written.send(core.attach(1));
        core.attached(new BrokerFrame.Attached(1, 7, epoch, 30_000));
    }

    private static void deliver(ConsumerCore core, long first, int count) {
        core.deliver(new BrokerFrame.Deliver(7, 1, List.of(Deliveries.run(first, count, 1))));
    }

    private static long take(ConsumerCore core) {
        assertTrue(core.hasMessage());
        return core.take().sequence();
    }

    private static void takeAndAccept(ConsumerCore core, int count) {
        for (int index = 0; index < count; index++) {
            core.accept(take(core));
        }
    }

    /** Else a broker that charged more than this side saw would never send anything again. */
    @Test
    void balancesAnIdleWindow() {
        ConsumerCore core = listening(100);
        core.balanceIdle();
        assertEquals(List.of(), written.take());
        deliver(core, 1, 2);
        core.balanceIdle();
        assertEquals(List.of(), written.take());
        takeAndAccept(core, 2);
        written.take();
        core.balanceIdle();
        assertEquals(List.of("credit 0/0 drain"), written.take());
        core.balanceIdle();
        assertEquals(List.of(), written.take());
        core.drained();
        assertEquals(List.of("credit 100/" + WINDOW_BYTES), written.take());
        core.balanceIdle();
        assertEquals(List.of(), written.take());
    }

    @Test
    void givesMessagesInOrderOverSeveralRuns() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 2);
        deliver(core, 10, 1);
        assertEquals(List.of(1L, 2L, 10L), List.of(take(core), take(core), take(core)));
        assertFalse(core.hasMessage());
    }

    @Test
    void joinsAcknowledgementsWhileOneIsUnconfirmed() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 10);
        takeAndAccept(core, 5);
        assertEquals(List.of("settle 1 ACCEPTED [1]"), written.take());
        core.settleConfirmed(1);
        assertEquals(List.of("settle 2 ACCEPTED [2-5]"), written.take());
        core.settleConfirmed(2);
        assertEquals(List.of(), written.take());
        assertTrue(core.isSettled());
    }

    @Test
    void givesNothingWhileTooManyAcknowledgementsAreUnconfirmed() {
        ConsumerCore core = listening(100, "autoAck.window", "3");
        deliver(core, 1, 10);
        takeAndAccept(core, 3);
        assertFalse(core.hasMessage());
        assertTrue(core.isAwaitingConfirmation());
        core.settleConfirmed(1);
        assertTrue(core.hasMessage());
    }

    @Test
    void refillsTheWindowWhenHalfOfItWasUsed() {
        ConsumerCore core = listening(4);
        deliver(core, 1, 4);
        take(core);
        assertEquals(List.of(), written.take());
        take(core);
        assertEquals(List.of("credit 2/" + 2 * Deliveries.MESSAGE_BYTES), written.take());
    }

    @Test
    void dropsDeliveriesOfAnEarlierEpoch() {
        ConsumerCore core = core();
        attach(core, 5);
        core.deliver(new BrokerFrame.Deliver(7, 4, List.of(Deliveries.run(1, 1, 1))));
        assertFalse(core.hasMessage());
    }

    @Test
    void tellsWhatItKnowsWhenItAttachesAgain() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 10);
        takeAndAccept(core, 3);
        take(core);
        written.take();
        core.linkDown();
        assertFalse(core.hasMessage());
        attach(core, 2);
        assertEquals(
                List.of("attach credit=100 settled=[1-3] held=[4] released=[]"), written.take());
        assertTrue(core.isSettled());
        core.accept(4);
        assertEquals(List.of("settle 2 ACCEPTED [4]"), written.take());
    }

    @Test
    void acceptsWhatWasAcceptedWhileItAttached() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 10);
        take(core);
        core.linkDown();
        written.send(core.attach(2));
        core.accept(1);
        core.attached(new BrokerFrame.Attached(2, 7, 1, 30_000));
        assertEquals(
                List.of(
                        "attach credit=100 settled=[] held=[1] released=[]",
                        "settle 1 ACCEPTED [1]"),
                written.take());
    }

    @Test
    void givesBackInOrderWhenNothingIsUnderWay() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 4);
        take(core);
        take(core);
        core.putBack();
        assertEquals(List.of("credit 0/0 drain"), written.take());
        deliver(core, 5, 2);
        assertFalse(core.hasMessage());
        core.drained();
        assertEquals(
                List.of(
                        "settle 1 NEVER_GIVEN [3-6]",
                        "settle 2 RELEASED [1-2]",
                        "credit 100/" + WINDOW_BYTES),
                written.take());
        core.settleConfirmed(2);
        assertTrue(core.isSettled());
    }

    @Test
    void saysWhyItGivesBack() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 1);
        take(core);
        core.putBack("X: late");
        core.drained();
        deliver(core, 1, 3);
        take(core);
        take(core);
        take(core);
        core.putBack(SequenceRanges.of(1, 1), "X: late");
        core.putBack(SequenceRanges.of(3, 3), "X: late");
        core.putBack(SequenceRanges.of(2, 2), "X: other");
        core.drained();
        deliver(core, 1, 1);
        take(core);
        core.putBack();
        core.drained();
        assertEquals(
                List.of(
                        "settle 1 RELEASED [1] because X: late",
                        "settle 2 RELEASED [1 3] because X: late",
                        "settle 3 RELEASED [2] because X: other",
                        "settle 4 RELEASED [1]"),
                written.take().stream().filter(line -> line.startsWith("settle")).toList());
        core.settleConfirmed(3);
        assertFalse(core.isSettled());
        core.settleConfirmed(4);
        assertTrue(core.isSettled());
    }

    @Test
    void listsWhatIsToBeGivenBackWhenTheLinkBreaksBeforeItIsDrained() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 4);
        take(core);
        core.putBack();
        core.linkDown();
        written.take();
        attach(core, 1);
        assertEquals(List.of("attach credit=100 settled=[] held=[] released=[1]"), written.take());
        deliver(core, 1, 4);
        assertTrue(core.hasMessage());
    }

    @Test
    void givesBackWhatTheListsStillCalledHeld() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 4);
        take(core);
        core.linkDown();
        written.send(core.attach(2));
        core.putBack();
        core.attached(new BrokerFrame.Attached(2, 7, 1, 30_000));
        core.drained();
        assertEquals(
                List.of(
                        "attach credit=100 settled=[] held=[1] released=[]",
                        "credit 0/0 drain",
                        "settle 1 RELEASED [1]",
                        "credit 100/" + WINDOW_BYTES),
                written.take());
    }

    @Test
    void settlesBeforeItDetaches() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 10);
        takeAndAccept(core, 3);
        take(core);
        written.send(core.close(9));
        assertEquals(
                List.of("settle 1 ACCEPTED [1]", "settle 2 ACCEPTED [2-3]", "detach held=[4]"),
                written.take());
        assertFalse(core.hasMessage());
        core.putBack();
        assertEquals(List.of("settle 3 RELEASED [4]"), written.take());
    }

    /** The broker still calls them held, as the lists did when they were written. */
    @Test
    void settlesWhatItsAttachCalledHeldThoughItClosesBeforeTheAnswer() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 3);
        core.take();
        core.take();
        core.take();
        core.linkDown();
        written.take();
        written.send(core.attach(2));
        core.accept(1);
        written.send(core.close(3));
        assertEquals("detach held=[1-3]", written.take().get(1));
        core.attached(new BrokerFrame.Attached(2, 7, 1, 30_000));
        assertEquals(List.of("settle 1 ACCEPTED [1]"), written.take());
    }

    @Test
    void givesBackBeforeItDetachesThoughTheDrainIsNotAnswered() {
        ConsumerCore core = listening(100);
        deliver(core, 1, 10);
        take(core);
        core.putBack();
        written.take();
        written.send(core.close(9));
        assertEquals(List.of("settle 1 RELEASED [1]", "detach held=[]"), written.take());
    }

    /** Else they would come back as if they had never been given. Found by the simulation. */
    @Test
    void keepsWhatItCannotSettleYetWhenItDetachesWhileItAttaches() {
        ConsumerCore core = listening(10);
        deliver(core, 1, 3);
        long first = take(core);
        take(core);
        written.send(core.attach(2));
        core.accept(first);
        core.putBack();
        written.send(core.close(9));
        core.attached(new BrokerFrame.Attached(2, 7, 2, 30_000));
        assertEquals(
                List.of(
                        "attach credit=10 settled=[] held=[1-2] released=[]",
                        "detach held=[1-2]",
                        "settle 1 ACCEPTED [1]",
                        "settle 2 RELEASED [2]"),
                written.take());
    }

    @Test
    void asksAgainWhenTheBytesAreUsedUp() {
        ConsumerCore core = core("consumer.credit.bytes", "1024");
        attach(core, 1);
        core.request(50);
        deliver(core, 1, 1024 / Deliveries.MESSAGE_BYTES + 1);
        written.take();
        while (core.hasMessage()) {
            take(core);
        }
        assertTrue(core.isRequestDue());
        core.request(50);
        assertFalse(written.take().isEmpty());
    }

    @Test
    void balancesTheBooksFromTimeToTime() {
        ConsumerCore core = core();
        core.window(1000, 10_000);
        attach(core, 1);
        written.take();
        int sequence = 1;
        List<String> frames = List.of();
        while (!frames.contains("credit 0/0 drain")) {
            assertTrue(sequence < 1000, "no drain so far");
            deliver(core, sequence, 1);
            take(core);
            sequence++;
            frames = written.take();
        }
        deliver(core, sequence, 1);
        core.drained();
        assertEquals(List.of("credit 999/" + (10_000 - Deliveries.MESSAGE_BYTES)), written.take());
    }

    @Test
    void givesBackUnusedReadAhead() {
        ConsumerCore core = core();
        attach(core, 1);
        core.request(8);
        deliver(core, 1, 3);
        take(core);
        written.take();
        core.returnUnused();
        deliver(core, 4, 1);
        core.drained();
        assertEquals(List.of("credit 0/0 drain", "settle 1 NEVER_GIVEN [2-4]"), written.take());
        assertFalse(core.hasOutstanding());
    }

    @Test
    void givesNothingNewAfterTheBrokerEndedIt() {
        ConsumerCore core = listening(10);
        core.failed(new RefusedException(ErrorCode.INVALID_DESTINATION, "gone"));
        deliver(core, 1, 1);
        assertFalse(core.hasMessage());
    }
}
