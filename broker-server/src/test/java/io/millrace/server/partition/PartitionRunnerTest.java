package io.millrace.server.partition;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.core.Machine;
import io.millrace.core.PartitionLoop;
import io.millrace.core.index.IndexLost;
import io.millrace.core.index.PageIndex;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.storage.heap.HeapLog;
import io.millrace.storage.heap.HeapMemory;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of a partition that fails, and of those who wait for it. Without a thread. */
class PartitionRunnerTest {

    private static final long SEGMENT_BYTES = 1 << 20;

    private final FragileHost host = new FragileHost();
    private long nanos;
    private final PartitionRunner<String> runner =
            new PartitionRunner<>("partition-7", host, () -> 1_000, () -> nanos);

    /** A machine that understands words, and fails at some. */
    private static final class FragileHost implements RunnerHost<String> {

        final HeapMemory memory = new HeapMemory();
        final List<String> handled = new CopyOnWriteArrayList<>();
        final Set<String> helped = ConcurrentHashMap.newKeySet();
        final List<String> refusals = new CopyOnWriteArrayList<>();
        volatile int failures;
        volatile int opened;
        boolean diskIsFull;
        volatile boolean stackIsFull;
        volatile int closedIndexes;

        @Override
        public RunnerHost.Running<String> open(PartitionRunner<String> runner) {
            if (diskIsFull) {
                throw new LogFailure(LogFailure.Kind.FULL, "the disk is full");
            }
            if (stackIsFull) {
                throw new StackOverflowError();
            }
            opened++;
            PartitionLog log =
                    HeapLog.open(
                            memory,
                            opened,
                            SEGMENT_BYTES,
                            new PartitionHost.RunnerListener(runner, ended -> new byte[0]));
            PartitionLoop<String> loop =
                    new PartitionLoop<>(new WordMachine(handled), log, new NoShell());
            loop.recover();
            return new RunnerHost.Running<>(loop, log, new WatchedIndex(log));
        }

        /** Is closed while the log is open. */
        private final class WatchedIndex implements PageIndex {

            private final PartitionLog log;

            WatchedIndex(PartitionLog log) {
                this.log = log;
            }

            @Override
            public boolean put(long number, byte[] page) {
                return false;
            }

            @Override
            public byte[] get(long number) {
                throw new IndexLost("nothing was put", null);
            }

            @Override
            public void remove(long number) {
                throw new IllegalStateException("nothing was put");
            }

            @Override
            public void close() {
                // A closed log refuses it.
                log.forgetBefore(0);
                closedIndexes++;
            }
        }

        @Override
        public String tick() {
            return "tick";
        }

        @Override
        public void handled(String command) {
            handled.add(command + " done");
            helped.add(command + " done by " + Thread.currentThread().getName());
        }

        @Override
        public void refused(String command, String reason, int retryAfterMillis) {
            refusals.add(command + " " + retryAfterMillis + ": " + reason);
        }

        @Override
        public void failed(RuntimeException failure) {
            failures++;
        }
    }

    private record WordMachine(List<String> handled) implements Machine<String> {

        @Override
        public void handle(String command, long nowMillis, long steadyMillis, Decision out) {
            if (command.startsWith("fail")) {
                throw new IllegalStateException("a bug");
            }
            if (command.startsWith("lose")) {
                throw new IndexLost("a page is missing", null);
            }
            if (command.startsWith("overflow")) {
                throw new StackOverflowError();
            }
            handled.add(command);
        }

        @Override
        public void apply(Event event, long at) {
            throw new IllegalStateException("nothing was logged");
        }

        @Override
        public void snapshot(WireOutput to) {
            to.writeVarint(0);
        }

        @Override
        public void restore(WireInput from) {
            from.readVarint();
        }
    }

    private static final class NoShell implements PartitionLoop.Shell {

        @Override
        public void perform(Effect effect) {
            throw new IllegalStateException("nothing was decided");
        }

        @Override
        public void logged(Event event, long offset) {
            throw new IllegalStateException("nothing was logged");
        }

        @Override
        public void snapshot(WireOutput to) {
            to.writeVarint(0);
        }

        @Override
        public void checkpointed(long upTo) {
            assertTrue(upTo >= 0);
        }

        @Override
        public void restored(WireInput from) {
            from.readVarint();
        }
    }

    private void step(String... commands) {
        for (String command : commands) {
            runner.post(command);
        }
        runner.step();
    }

    @Test
    void goesOnAfterOneFailureAndRefusesWhatCameBehindIt() {
        runner.open();

        step("fail", "behind");
        step("next");

        assertEquals(1, host.failures);
        assertEquals(2, host.opened);
        assertEquals(
                List.of(
                        "behind 1000: Expected partition-7 to work, but it failed: a bug;"
                                + " it is tried again"),
                host.refusals);
        assertTrue(host.handled.contains("next"));
    }

    @Test
    void answersEverybodyWhenItStaysClosed() {
        runner.open();

        step("fail");
        step("fail again", "behind");
        step("next");

        assertEquals(2, host.opened);
        assertEquals(2, host.refusals.size());
        assertEquals(
                "next -1: Expected partition-7 to work, but it failed: a bug; restart the broker",
                host.refusals.get(1));
        assertFalse(host.handled.contains("next"));
    }

    /** The log is not to blame, and a failure of it counts as before. */
    @Test
    void anIndexThatIsLostClosesNothingForGood() {
        runner.open();

        step("fail");
        step("lose");
        step("next");
        step("fail again");
        step("too late");

        assertEquals(3, host.failures);
        assertTrue(host.handled.contains("next"));
        assertFalse(host.handled.contains("too late"));
    }

    /** The one that takes its place is in memory: it would be lost for ever. */
    @Test
    void anIndexThatIsLostAgainIsAFailureLikeOthers() {
        runner.open();

        step("lose");
        step("lose again");
        step("next");
        step("lose for the third time");
        step("too late");

        assertEquals(3, host.failures);
        assertTrue(host.handled.contains("next"));
        assertFalse(host.handled.contains("too late"));
    }

    /** No other process may have the directory while files of the index are there. */
    @Test
    void theIndexIsClosedBeforeTheLog() {
        runner.open();
        step("fail");
        runner.close();

        assertEquals(2, host.closedIndexes);
    }

    @Test
    void triesOnceASecondToOpenALogThatCannotBeOpened() {
        runner.open();
        host.diskIsFull = true;

        step("fail");
        assertFalse(runner.step());
        step("too early");
        nanos += TimeUnit.SECONDS.toNanos(1);
        step("still full");
        host.diskIsFull = false;
        step("within the second");
        nanos += TimeUnit.SECONDS.toNanos(1);
        assertTrue(runner.step());
        step("now");

        assertEquals(3, host.refusals.size());
        assertEquals(
                "too early 1000: Expected partition-7 to open again, but the disk is full;"
                        + " it is tried again",
                host.refusals.get(0));
        assertTrue(host.handled.contains("now"));
    }

    /** A log that is too much for the heap or the stack may not be later. */
    @Test
    void triesAgainAfterAnErrorOfTheMachineToo() {
        runner.open();
        host.stackIsFull = true;

        step("fail");
        step("too early");
        host.stackIsFull = false;
        nanos += TimeUnit.SECONDS.toNanos(1);
        assertTrue(runner.step());
        step("now");

        assertEquals(1, host.refusals.size());
        assertTrue(host.handled.contains("now"));
    }

    @Test
    void whoWaitsForTheStartHearsOfAnError() {
        host.stackIsFull = true;
        runner.start();

        RuntimeException failure = assertThrows(RuntimeException.class, runner::awaitStarted);

        assertTrue(failure.getCause() instanceof StackOverflowError);
        runner.stop();
    }

    /** An application's thread may be at the end of its stack when it does a turn. */
    @Test
    void beginsAnewWhenAHelperDoesHalfATurn() {
        runner.start();
        runner.awaitStarted();

        leaveUntilHelped("first");
        runner.leave("overflow");
        runner.help(true);
        await().until(() -> host.opened == 2);
        leaveUntilHelped("next");
        runner.stop();

        assertEquals(1, host.failures);
        assertTrue(host.handled.contains("first done"));
    }

    /** Half a turn would go into the log with the next one, and could never be replayed. */
    @Test
    void nothingIsHandledBetweenHalfATurnOfAHelperAndTheNewBeginning() {
        runner.start();
        runner.awaitStarted();

        leaveUntilHelped("first");
        runner.leave("overflow");
        runner.leave("behind");
        runner.help(true);
        await().until(() -> host.opened == 2);
        leaveUntilHelped("next");
        runner.stop();

        assertFalse(host.handled.contains("behind"));
        assertEquals(1, host.refusals.size());
        assertTrue(host.refusals.get(0).startsWith("behind 1000: "));
    }

    /** Only a partition whose thread is parked is helped, so it takes as many words as it takes. */
    private void leaveUntilHelped(String word) {
        String done = word + " done by " + Thread.currentThread().getName();
        for (int number = 0; !host.helped.contains(done); number++) {
            int left = number + 1;
            runner.leave(word);
            runner.help(true);
            await().until(() -> Collections.frequency(host.handled, word) >= left);
        }
    }
}
