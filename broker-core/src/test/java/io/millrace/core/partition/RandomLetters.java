package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Effect;
import io.millrace.core.Event;
import io.millrace.wire.Id128;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Another partition with a queue of dead letters, that answers when it likes, and has letters of
 * its own; with chance of its own.
 */
final class RandomLetters {

    /** A queue that lives there. */
    static final String ELSEWHERE = "dead-elsewhere";

    private static final int OTHER = 2;

    private enum Happening {
        LEAVING,
        LEFT,
        TAKEN
    }

    private static final Set<Happening> HAPPENED = EnumSet.noneOf(Happening.class);

    private final PartitionHarness harness;
    private final Random random = new Random(2);
    private final List<DeadLetterStep.Take> asked = new ArrayList<>();
    private long lastNumber;

    RandomLetters(PartitionHarness harness) {
        this.harness = harness;
    }

    /** Whether an effect is for the other partition. */
    boolean noticed(Effect effect) {
        if (effect instanceof Effect.AskPartition ask
                && ask.command() instanceof PartitionCommand.DeadLetter letter) {
            if (letter.step() instanceof DeadLetterStep.Take take) {
                asked.add(take);
            }
            return true;
        }
        return false;
    }

    /** The catalog answers, or the other partition does, or it sends a letter, maybe again. */
    void step() {
        switch (random.nextInt(3)) {
            case 0 -> handle(new DeadLetterStep.Found(ELSEWHERE, OTHER));
            case 1 -> {
                if (!asked.isEmpty()) {
                    // Maybe asked again, and answered twice.
                    DeadLetterStep.Take take = asked.get(random.nextInt(asked.size()));
                    asked.removeIf(each -> random.nextBoolean());
                    handle(new DeadLetterStep.Taken(take.number()));
                }
            }
            default -> {
                lastNumber += random.nextInt(3);
                long number = Math.max(1, lastNumber - random.nextInt(3));
                handle(
                        new DeadLetterStep.Take(
                                OTHER,
                                number,
                                Math.max(1, number - random.nextInt(4)),
                                "dead",
                                null,
                                PartitionHarness.batch(new Id128(7, 1), number, 1)));
            }
        }
    }

    private void handle(DeadLetterStep step) {
        harness.handle(new PartitionCommand.DeadLetter(step));
        for (Event event : harness.lastEvents) {
            if (event instanceof DeadLetterEvent.DeadLetterTaken) {
                HAPPENED.add(Happening.TAKEN);
            } else if (event instanceof DeadLetterEvent.DeadLetterLeft) {
                HAPPENED.add(Happening.LEFT);
            }
        }
        if (!asked.isEmpty()) {
            HAPPENED.add(Happening.LEAVING);
        }
    }

    static void assertAllHappened() {
        assertTrue(HAPPENED.size() == Happening.values().length, "only happened: " + HAPPENED);
    }
}
