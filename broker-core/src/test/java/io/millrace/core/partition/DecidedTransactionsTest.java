package io.millrace.core.partition;

import static io.millrace.core.partition.DecidedTransactions.Fate.COMMITTED;
import static io.millrace.core.partition.DecidedTransactions.Fate.FORGOTTEN;
import static io.millrace.core.partition.DecidedTransactions.Fate.OPEN;
import static io.millrace.core.partition.DecidedTransactions.Fate.ROLLED_BACK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a window knows of its session's transactions. */
class DecidedTransactionsTest {

    private static DecidedTransactions restored(DecidedTransactions from) {
        WireOutput to = new WireOutput(64);
        from.writeTo(to);
        DecidedTransactions restored = new DecidedTransactions();
        if (from.lastCommitted() > 0) {
            restored.restoreCommitted(from.lastCommitted());
        }
        if (from.isDetailed()) {
            restored.readFrom(new WireInput(to.toByteArray()));
        }
        return restored;
    }

    @Test
    void whatACommitLeapsOverIsRolledBack() {
        DecidedTransactions decided = new DecidedTransactions();
        assertFalse(decided.isDetailed());
        assertEquals(OPEN, decided.fateOf(1));
        decided.committed(1);
        assertFalse(decided.isDetailed());
        decided.committed(4);
        assertTrue(decided.isDetailed());
        assertEquals(COMMITTED, decided.fateOf(1));
        assertEquals(ROLLED_BACK, decided.fateOf(2));
        assertEquals(ROLLED_BACK, decided.fateOf(3));
        assertEquals(COMMITTED, decided.fateOf(4));
        assertEquals(OPEN, decided.fateOf(5));
    }

    @Test
    void whatIsRuledOutStaysSoAndItsNeighboursAreFree() {
        DecidedTransactions decided = new DecidedTransactions();
        decided.ruledOut(3);
        assertTrue(decided.isDetailed());
        assertEquals(OPEN, decided.fateOf(2));
        assertEquals(ROLLED_BACK, decided.fateOf(3));
        assertEquals(OPEN, decided.fateOf(4));
        decided.committed(2);
        decided.committed(4);
        assertEquals(COMMITTED, decided.fateOf(2));
        assertEquals(ROLLED_BACK, decided.fateOf(3));
        assertEquals(COMMITTED, decided.fateOf(4));
    }

    @Test
    void ofAnOldSnapshotOnlyTheLastOneIsKnown() {
        DecidedTransactions decided = new DecidedTransactions();
        decided.restoreCommitted(7);
        assertEquals(FORGOTTEN, decided.fateOf(6));
        assertEquals(COMMITTED, decided.fateOf(7));
        assertEquals(OPEN, decided.fateOf(8));
    }

    /** Whatever is forgotten, nothing that was told becomes something else. */
    @Test
    void neverSaysAnotherThingThanHappened() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            DecidedTransactions decided = new DecidedTransactions();
            Map<Long, DecidedTransactions.Fate> truth = new HashMap<>();
            long current = 1;
            for (int step = 0; step < 1_000; step++) {
                int choice = random.nextInt(10);
                long asked = Math.max(1, current + random.nextInt(4) - 1);
                if (choice == 0 && decided.fateOf(asked) == OPEN) {
                    decided.ruledOut(asked);
                    truth.put(asked, ROLLED_BACK);
                } else if (choice == 1) {
                    decided = restored(decided);
                } else {
                    if (choice < 6 && decided.fateOf(current) == OPEN) {
                        decided.committed(current);
                        truth.put(current, COMMITTED);
                    } else {
                        truth.putIfAbsent(current, ROLLED_BACK);
                    }
                    current++;
                }
                for (long number = 1; number < current; number++) {
                    DecidedTransactions.Fate fate = decided.fateOf(number);
                    if (fate != FORGOTTEN && !(fate == OPEN && truth.get(number) != COMMITTED)) {
                        assertEquals(truth.get(number), fate, "seed " + seed + ", " + number);
                    }
                }
            }
            assertEquals(FORGOTTEN, decided.fateOf(1), "so many are not remembered");
        }
    }
}
