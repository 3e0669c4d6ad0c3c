package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.catalog.CatalogEvent;
import io.millrace.core.log.LogFailure;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nothing that the world can see happens before the events that it depends on are durable. */
class PartitionLoopTest {

    /** Remembers numbers: a positive one is an event and an answer, others are answers alone. */
    private static final class Numbers implements Machine<Long> {

        final List<Long> applied = new ArrayList<>();

        @Override
        public void handle(Long command, long nowMillis, long steadyMillis, Decision out) {
            if (command > 0) {
                out.emit(new CatalogEvent.SubscriptionRemoved(command));
            }
            out.tell(1, new BrokerFrame.Done(command));
            if (command < 0) {
                out.effectNow(new Effect.WakeAt(-command));
            }
        }

        @Override
        public void apply(Event event, long at) {
            applied.add(((CatalogEvent.SubscriptionRemoved) event).subscriptionId());
        }

        @Override
        public void snapshot(WireOutput to) {
            to.writeVarint(applied.size());
            applied.forEach(to::writeVarint);
        }

        @Override
        public void restore(WireInput from) {
            for (long left = from.readVarint(); left > 0; left--) {
                applied.add(from.readVarint());
            }
        }
    }

    /** Writes down what it is told. */
    private static final class Notes implements PartitionLoop.Shell {

        final List<String> performed = new ArrayList<>();
        final List<String> logged = new ArrayList<>();
        final List<Long> checkpointed = new ArrayList<>();
        String restored = "";

        @Override
        public void perform(Effect effect) {
            if (effect instanceof Effect.Tell tell) {
                performed.add("done " + ((BrokerFrame.Done) tell.frame()).requestId());
            } else {
                performed.add("wake " + ((Effect.WakeAt) effect).millis());
            }
        }

        @Override
        public void logged(Event event, long offset) {
            logged.add(((CatalogEvent.SubscriptionRemoved) event).subscriptionId() + "@" + offset);
        }

        @Override
        public void snapshot(WireOutput to) {
            to.writeString("index");
        }

        @Override
        public void checkpointed(long upTo) {
            checkpointed.add(upTo);
        }

        @Override
        public void checkpointFailed(LogFailure failure) {
            performed.add("no checkpoint: " + failure.kind());
        }

        @Override
        public void restored(WireInput from) {
            restored = from.readString();
        }
    }

    private final FakeLog log = new FakeLog();
    private final Numbers machine = new Numbers();
    private final Notes shell = new Notes();
    private final PartitionLoop<Long> loop = new PartitionLoop<>(machine, log, shell);

    private void turn(long... commands) {
        for (long command : commands) {
            loop.handle(command, 1_000, 1_000);
        }
        loop.endTurn(1_000);
    }

    private void durable(long offset) {
        log.durable = offset;
        loop.durableUpTo(offset);
    }

    @Test
    void aTurnIsOneEntryAndItsEffectsWaitForIt() {
        turn(1, 2);
        assertEquals(1, log.entries.size());
        assertEquals(List.of("1@0", "2@0"), shell.logged);
        assertEquals(List.of(), shell.performed);
        durable(1);
        assertEquals(List.of("done 1", "done 2"), shell.performed);
    }

    @Test
    void aTurnThatWouldNotFitAnEntryBecomesSeveral() {
        log.maxEntryBytes = 1_024;
        PartitionLoop<Long> small = new PartitionLoop<>(machine, log, shell);
        for (long command = 1; command <= 1_000; command++) {
            small.handle(command, 1_000, 1_000);
        }
        small.endTurn(1_000);
        assertEquals(1_000, shell.logged.size());
        durableTo(small);
        assertEquals(1_000, shell.performed.size());
    }

    private void durableTo(PartitionLoop<Long> each) {
        log.durable = log.endOffset();
        each.durableUpTo(log.durable);
    }

    @Test
    void effectsKeepTheirOrderOverTurns() {
        turn(1);
        turn(2);
        turn(0); // Has no event, yet must not overtake the ones before.
        turn(3);
        durable(1);
        assertEquals(List.of("done 1"), shell.performed);
        durable(2);
        assertEquals(List.of("done 1", "done 2", "done 0"), shell.performed);
        durable(3);
        assertEquals(List.of("done 1", "done 2", "done 0", "done 3"), shell.performed);
    }

    @Test
    void whatDependsOnNothingLeavesAtOnce() {
        turn(0);
        assertEquals(List.of("done 0"), shell.performed);
        turn(1, -50);
        assertEquals(List.of("done 0", "wake 50"), shell.performed);
        assertEquals(1, log.entries.size());
    }

    @Test
    void anOlderReportChangesNothing() {
        turn(1);
        durable(1);
        turn(2);
        loop.durableUpTo(0);
        assertEquals(List.of("done 1"), shell.performed);
        turn();
        durable(2);
        assertEquals(List.of("done 1", "done 2"), shell.performed);
    }

    @Test
    void nothingLeavesWhenTheAppendFails() {
        turn(1);
        log.failing = true;
        assertThrows(LogFailure.class, () -> turn(2, -50));
        loop.endTurn(1_000);
        durable(1);
        assertEquals(List.of("done 1"), shell.performed);
        assertEquals(List.of("1@0"), shell.logged);
    }

    @Test
    void aCheckpointWaitsForItsLog() {
        turn(1);
        turn(2);
        loop.checkpoint();
        durable(1);
        assertEquals(List.of(), log.checkpoints);
        turn(3);
        durable(3);
        assertEquals(List.of(2L), shell.checkpointed);
        assertEquals(2, log.checkpoints.get(0).upTo());
        durable(3);
        assertEquals(1, log.checkpoints.size());
    }

    @Test
    void aCheckpointThatCannotBeStoredIsTakenAgain() {
        turn(1);
        durable(1);
        log.refusesCheckpoints = true;
        assertTrue(loop.checkpoint());
        assertEquals(List.of("done 1", "no checkpoint: FULL"), shell.performed);
        assertEquals(List.of(), shell.checkpointed);
        log.refusesCheckpoints = false;
        turn(2);
        assertTrue(loop.checkpoint());
        durable(2);
        assertEquals(List.of(2L), shell.checkpointed);
    }

    /** Else checkpoints that are asked for faster than the disk writes would never be stored. */
    @Test
    void aCheckpointThatWaitsIsNotReplaced() {
        turn(1);
        loop.checkpoint();
        turn(2);
        loop.checkpoint();
        turn(3);
        durable(1);
        assertEquals(List.of(1L), shell.checkpointed);
        durable(3);
        assertEquals(List.of(1L), shell.checkpointed);
        loop.checkpoint();
        assertEquals(List.of(1L, 3L), shell.checkpointed);
    }

    @Test
    void aCheckpointInTheMiddleOfATurnIsABug() {
        loop.handle(1L, 1_000, 1_000);
        assertThrows(Invariant.Broken.class, loop::checkpoint);
        assertEquals(List.of(), log.checkpoints);
    }

    @Test
    void recoveryReadsTheCheckpointAndWhatFollows() {
        turn(1);
        durable(1);
        loop.checkpoint();
        turn(2, 3);
        turn(4);
        turn(5);
        durable(4);
        Numbers rebuilt = new Numbers();
        Notes notes = new Notes();
        PartitionLoop<Long> again = new PartitionLoop<>(rebuilt, log, notes);
        again.recover();
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), rebuilt.applied);
        assertEquals(List.of("2@1", "3@1", "4@2", "5@3"), notes.logged);
        assertEquals("index", notes.restored);
        assertEquals(List.of(), notes.performed);
        again.handle(0L, 1_000, 1_000);
        again.endTurn(1_000);
        assertEquals(List.of("done 0"), notes.performed);
    }
}
