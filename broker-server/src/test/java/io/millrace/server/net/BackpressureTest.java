package io.millrace.server.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.wire.FrameLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A link that is not read from while the broker is behind, and read from again after that. */
@Timeout(60)
class BackpressureTest {

    private static final int HALF = (int) (Backpressure.PAUSE_BYTES / 2);

    /** A link that tells what it was told. */
    private static class Told implements FrameLink {

        final List<Boolean> calls = new ArrayList<>();
        volatile boolean paused;

        @Override
        public void send(byte[] array, int offset, int length) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public void close() {
            throw new AssertionError("nothing is closed");
        }

        @Override
        public void pauseReading(boolean pause) {
            calls.add(pause);
            paused = pause;
        }
    }

    @Test
    void pausesAboveTheLimitAndResumesBelowHalfOfIt() {
        Told link = new Told();
        Backpressure pressure = new Backpressure(link);
        pressure.added(HALF);
        pressure.added(HALF);
        assertEquals(List.of(), link.calls);
        pressure.added(1);
        pressure.added(1);
        assertEquals(List.of(true), link.calls);
        pressure.handled(HALF);
        assertEquals(List.of(true), link.calls);
        pressure.handled(3);
        assertEquals(List.of(true, false), link.calls);
    }

    /** The mailbox runs empty in the moment in which the link is being paused. */
    @Test
    void isNotLeftPausedWhenEverythingIsHandledMeanwhile() throws InterruptedException {
        Thread[] partition = new Thread[1];
        Backpressure[] pressure = new Backpressure[1];
        Told link =
                new Told() {
                    @Override
                    public void pauseReading(boolean pause) {
                        if (pause) {
                            Thread handling =
                                    new Thread(() -> pressure[0].handled(3 * HALF), "partition");
                            partition[0] = handling;
                            handling.start();
                            // It is done, or waits until this call is.
                            await().atMost(Duration.ofSeconds(30))
                                    .until(
                                            () ->
                                                    switch (handling.getState()) {
                                                        case TERMINATED, BLOCKED, WAITING -> true;
                                                        default -> false;
                                                    });
                        }
                        super.pauseReading(pause);
                    }
                };
        pressure[0] = new Backpressure(link);
        pressure[0].added(3 * HALF);
        partition[0].join();
        assertFalse(link.paused, "nobody would ever resume it");
    }
}
