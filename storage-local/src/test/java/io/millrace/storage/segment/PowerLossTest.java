package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.storage.file.Disk;
import io.millrace.storage.segment.PowerLossTrial.Coverage;
import io.millrace.storage.segment.PowerLossTrial.Violation;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Nothing that was confirmed is lost when the power goes, and the check would notice if it were.
 */
final class PowerLossTest {

    private static final int SEEDS = Integer.getInteger("millrace.powerLoss.seeds", 200);
    private static final int SEEDS_TO_CATCH_A_LIE = 40;

    @Test
    void losesNothingThatWasConfirmed() {
        Coverage coverage = new Coverage();
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new PowerLossTrial(seed, coverage, UnaryOperator.identity()).run();
            } catch (Violation e) {
                fail("Seed " + seed + ": the log " + e.getMessage(), e);
            }
        }
        System.out.printf(
                "power loss: %d lives, %d rolls, %d entries lost before they were confirmed, "
                        + "%d times more survived than was confirmed, %d segments forgotten, "
                        + "%d checkpoints, %d failures while appending%n",
                coverage.lives,
                coverage.rolls,
                coverage.lostEntries,
                coverage.survivingUnconfirmed,
                coverage.forgottenSegments,
                coverage.checkpoints,
                coverage.failuresInTheMiddle);
        assertTrue(coverage.rolls > SEEDS);
        assertTrue(coverage.lostEntries > SEEDS);
        assertTrue(coverage.survivingUnconfirmed > SEEDS / 4);
        assertTrue(coverage.forgottenSegments > SEEDS / 4);
        assertTrue(coverage.checkpoints > SEEDS);
        assertTrue(coverage.failuresInTheMiddle > SEEDS / 4);
    }

    @Test
    void wouldCatchAConfirmationBeforeTheForce() {
        assertCaught(disk -> new LyingDisk(disk, LyingDisk.Lie.FORCE));
    }

    @Test
    void wouldCatchNamesThatAreNotForced() {
        assertCaught(disk -> new LyingDisk(disk, LyingDisk.Lie.FORCE_DIRECTORY));
    }

    private static void assertCaught(UnaryOperator<Disk> lie) {
        Optional<String> caught =
                LongStream.range(0, SEEDS_TO_CATCH_A_LIE)
                        .mapToObj(seed -> violationOf(seed, lie))
                        .flatMap(Optional::stream)
                        .findFirst();
        assertTrue(caught.isPresent(), "no seed noticed the lie");
    }

    private static Optional<String> violationOf(long seed, UnaryOperator<Disk> lie) {
        try {
            new PowerLossTrial(seed, new Coverage(), lie).run();
            return Optional.empty();
        } catch (Violation e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
