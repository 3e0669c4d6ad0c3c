package io.millrace.core.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Effect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Delivery times that come while nobody needs their messages, and a rewind that wants these:
 * whoever was built from the log knows as much of them as the machine that wrote it, so that nobody
 * is given a second time what somebody has.
 */
class UnneededDeliveryTimesTest {

    private final PartitionHarness harness =
            new PartitionHarness(new PartitionLimits(1_000, 10_000, 100_000));

    /** What was given to somebody, or is read for that. */
    private final List<Effect> given = new ArrayList<>();

    private void run(String... lines) {
        for (String line : lines) {
            TranscriptTest.execute(harness, line.split(" ", -1));
            harness.lastEffects.stream()
                    .filter(each -> each instanceof Effect.Deliver || each instanceof Effect.Read)
                    .forEach(given::add);
        }
    }

    /** A topic that nobody has subscribed to. */
    @BeforeEach
    void sendsDelayed() {
        run("link 1", "topic 1 1", "producer 1 1", "send 1 1 1 1 2 due=1300");
    }

    @Test
    void areOverForAReplayWhenTheyCame() {
        run("wait 400");

        isHandedOutOnce();
    }

    /**
     * A machine that began with a snapshot, and then one that begins before it: as when the newest
     * checkpoint is damaged, and the one before counts.
     */
    @Test
    void areOverForAReplayOfAllWhenASnapshotLeftThemOut() {
        harness.machine =
                harness.replay(
                        PartitionHarness.snapshot(harness.machine), harness.loggedEvents.size());
        run("link 1", "wait 400");

        isHandedOutOnce();
    }

    private void isHandedOutOnce() {
        run(
                "subscribe 1 1 7 sharing=DURABLE",
                "rewind 1 7 beginning request=3",
                "found 1 7 beginning request=3 first=1 oldest=1 millis=500",
                "recalled 1 1 7 2 matching=1-2 millis=500 special=1:4:-:0:1300,2:4:-:0:1300");
        isAsItsLogSays();
        run("attach 1 1 7 10", "read 1 1 1 1 2");
        isAsItsLogSays();
        harness.restart();
        given.clear();
        run("link 11", "link 12");
        run("attach 11 1 7 10 held=1-2", "subscribe 12 1 7 sharing=DURABLE again");
        run("attach 12 1 7 10");

        assertEquals(List.of(), given);
        isAsItsLogSays();
    }

    private void isAsItsLogSays() {
        assertArrayEquals(
                PartitionHarness.snapshot(harness.machine),
                PartitionHarness.snapshot(harness.replay(null, 0)));
    }
}
