package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.catalog.CatalogEvent;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Effects that wait for less than their own entry: they overtake others, never on one link. */
class EffectGatesTest {

    /** Does what a test tells it to. */
    private static final class Puppet implements Machine<Puppet.Script> {

        interface Script {
            void play(Decision out);
        }

        @Override
        public void handle(Script script, long nowMillis, long steadyMillis, Decision out) {
            script.play(out);
        }

        @Override
        public void apply(Event event, long at) {}

        @Override
        public void snapshot(WireOutput to) {}

        @Override
        public void restore(WireInput from) {}
    }

    /** Writes down "link:request". */
    private static final class Notes implements PartitionLoop.Shell {

        final List<String> performed = new ArrayList<>();
        int flushes;

        @Override
        public void perform(Effect effect) {
            Effect.Tell tell = (Effect.Tell) effect;
            performed.add(tell.linkId() + ":" + ((BrokerFrame.Done) tell.frame()).requestId());
        }

        @Override
        public void performed() {
            flushes++;
        }

        @Override
        public void logged(Event event, long offset) {}

        @Override
        public void snapshot(WireOutput to) {}

        @Override
        public void checkpointed(long upTo) {}

        @Override
        public void restored(WireInput from) {}
    }

    private final FakeLog log = new FakeLog();
    private final Notes notes = new Notes();
    private final PartitionLoop<Puppet.Script> loop = new PartitionLoop<>(new Puppet(), log, notes);

    private void turn(Puppet.Script... scripts) {
        for (Puppet.Script script : scripts) {
            loop.handle(script, 1_000, 1_000);
        }
        loop.endTurn(1_000);
    }

    private static Puppet.Script event() {
        return out -> out.emit(new CatalogEvent.SubscriptionRemoved(1));
    }

    private static Puppet.Script tell(long link, long request) {
        return out -> out.tell(link, new BrokerFrame.Done(request));
    }

    private static Puppet.Script tellAfter(long offset, long link, long request) {
        return out -> out.tellAfter(offset, link, new BrokerFrame.Done(request));
    }

    private List<String> durable(long offset) {
        notes.performed.clear();
        log.durable = offset;
        loop.durableUpTo(offset);
        return List.copyOf(notes.performed);
    }

    @Test
    void anEffectThatWaitsForNothingNewLeavesWithTheAppend() {
        turn(event(), tellAfter(0, 1, 7));
        assertEquals(List.of("1:7"), notes.performed);
        assertEquals(1, notes.flushes);
        assertEquals(List.of(0L), log.unhurried);
    }

    @Test
    void itOvertakesWhatOtherLinksWaitFor() {
        turn(event(), tell(1, 1));
        turn(event(), tellAfter(0, 2, 2));
        assertEquals(List.of("2:2"), notes.performed);
        assertEquals(List.of("1:1"), durable(1));
    }

    @Test
    void itDoesNotOvertakeWhatItsOwnLinkWaitsFor() {
        turn(event(), tell(1, 1));
        turn(event(), tellAfter(0, 1, 2), tellAfter(0, 1, 3));
        turn(event(), tell(1, 4), tellAfter(0, 1, 5));
        assertEquals(List.of(), notes.performed);
        assertEquals(List.of("1:1", "1:2", "1:3"), durable(1));
        assertEquals(List.of(), durable(2));
        assertEquals(List.of("1:4", "1:5"), durable(3));
        turn(event(), tellAfter(0, 1, 6));
        assertEquals("1:6", notes.performed.get(2));
    }

    /** It had to take a later gate than its own; the next one must queue behind it. */
    @Test
    void nothingOvertakesWhatTookALaterGate() {
        turn(event());
        turn(event());
        turn(event(), tell(1, 1));
        turn(tellAfter(1, 2, 2));
        assertEquals(List.of(), durable(1));
        turn(tellAfter(1, 2, 3));
        assertEquals(List.of(), notes.performed);
        assertEquals(List.of("1:1", "2:2", "2:3"), durable(3));
    }

    @Test
    void itWaitsForTheEntryThatItNames() {
        turn(event(), tellAfter(1, 1, 1));
        assertEquals(List.of(), log.unhurried);
        turn(event(), tellAfter(1, 2, 2));
        assertEquals(List.of(1L), log.unhurried);
        assertEquals(List.of(), notes.performed);
        assertEquals(List.of("1:1", "2:2"), durable(1));
    }

    @Test
    void aTurnThatOthersWillWaitForIsHurried() {
        turn(event(), Decision::awaitEntry);
        assertEquals(List.of(), log.unhurried);
    }

    @Test
    void whoWaitsForEverythingHurriesWhatWasNotHurried() {
        turn(event());
        assertEquals(List.of(0L), log.unhurried);
        assertEquals(0, log.hurries);
        turn(tell(1, 1));
        assertEquals(1, log.hurries);
        assertEquals(List.of(), notes.performed);
        assertEquals(List.of("1:1"), durable(1));
        turn(tell(1, 2));
        assertEquals(1, log.hurries);
        assertEquals(List.of("1:1", "1:2"), notes.performed);
    }

    @Test
    void settlementsThatNeedNoFlushWaitForNoCompany() {
        Puppet.Script settled =
                out -> out.emit(new PartitionEvent.Settled(4, SequenceRanges.of(1, 1)));
        loop.handle(settled, 1_000, 1_000);
        loop.handle(tellAfter(0, 1, 1), 1_000, 1_000);
        assertFalse(loop.isPatient());
        loop.handle(tell(1, 2), 1_000, 1_000);
        assertTrue(loop.isPatient());
    }
}
