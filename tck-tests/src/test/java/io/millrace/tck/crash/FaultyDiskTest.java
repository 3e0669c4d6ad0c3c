package io.millrace.tck.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.storage.file.DiskFullException;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.Fault.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Applications of a broker whose disk refuses, runs full and rots: they are told, or nothing
 * happens to them; what was confirmed arrives, and nothing arrives wrong.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultyDiskTest {

    private static final int ROUNDS = Integer.getInteger("crash.faults", 12);
    private static final int BETWEEN = 150;

    /** So many messages fill more than a segment. */
    private static final int BACKLOG = 900;

    private final Random random = new Random();
    private final AtomicInteger planted = new AtomicInteger();
    private int flipped;
    private int noticedFlips;
    private int restarts;

    @Test
    void whatWasConfirmedArrivesAndNothingArrivesWrong() throws Exception {
        try (BrokerOnFaultyDisk broker = new BrokerOnFaultyDisk();
                Workers workers = new Workers(broker.uri())) {
            assertTrue(goesOn(workers), workers.summary());
            for (int round = 0; round < ROUNDS; round++) {
                if (round % 4 == 3) {
                    rot(broker, workers);
                } else {
                    refuse(broker);
                }
                if (!goesOn(workers)) {
                    // It failed twice at the same place, and said that it waits for somebody.
                    broker.heal();
                    broker.restart();
                    restarts++;
                    assertTrue(goesOn(workers), "a new start should help: " + workers.summary());
                }
                broker.heal();
            }
            broker.restart();
            workers.stopSending();
            assertTrue(eventually(60, workers::isEverythingThere), workers.summary());
            workers.stopReceiving();
            System.out.println(
                    "after "
                            + planted
                            + " failed operations and "
                            + flipped
                            + " flipped bits, of which "
                            + noticedFlips
                            + " were noticed, "
                            + restarts
                            + " new starts: "
                            + workers.summary());
            assertEquals(List.of(), workers.violations());
            assertTrue(noticedFlips > 0, flipped + " flips, none noticed");
            assertTrue(planted.get() >= ROUNDS / 4, planted + " operations failed");
        }
    }

    /** Some operations of a few kinds fail from some moment on, or one does. */
    private void refuse(BrokerOnFaultyDisk broker) {
        Operation[] all = Operation.values();
        Operation first = all[random.nextInt(all.length)];
        Operation second = random.nextBoolean() ? Operation.FORCE : Operation.WRITE;
        boolean full = random.nextInt(3) == 0;
        AtomicInteger before = new AtomicInteger(random.nextInt(20));
        AtomicInteger left = new AtomicInteger(1 + random.nextInt(3));
        Fault fault =
                (operation, file) -> {
                    boolean meant = operation == first || operation == second;
                    if (!meant || before.getAndDecrement() > 0 || left.getAndDecrement() <= 0) {
                        return;
                    }
                    planted.incrementAndGet();
                    throw full && operation == Operation.WRITE
                            ? new DiskFullException("planted", null)
                            : new IOException("planted failure of " + operation);
                };
        broker.breaks(fault);
    }

    /** A bit of a backlog flips; whoever comes to it is told, and later it is as it was. */
    private void rot(BrokerOnFaultyDisk broker, Workers workers) throws Exception {
        workers.pauseReceiving(true);
        int before = workers.confirmedCount();
        assertTrue(
                eventually(60, () -> workers.confirmedCount() > before + BACKLOG),
                "senders go on: " + workers.summary());
        Runnable back = broker.flip(random);
        broker.restart();
        int told = workers.timesTold("UNREADABLE");
        workers.pauseReceiving(false);
        if (back != null) {
            flipped++;
            boolean noticed = eventually(5, () -> workers.timesTold("UNREADABLE") > told);
            // Else it was where nobody looks, such as behind what was received already.
            noticedFlips += noticed ? 1 : 0;
            int sent = workers.confirmedCount();
            assertTrue(
                    eventually(20, () -> workers.confirmedCount() > sent + 20),
                    "senders do not mind: " + workers.summary());
            back.run();
        }
    }

    private boolean goesOn(Workers workers) {
        int confirmed = workers.confirmedCount();
        int acknowledged = workers.acknowledgedCount();
        return eventually(
                15,
                () ->
                        workers.confirmedCount() > confirmed + BETWEEN
                                && workers.acknowledgedCount() > acknowledged);
    }

    private static boolean eventually(int seconds, BooleanSupplier condition) {
        try {
            await().atMost(Duration.ofSeconds(seconds)).until(condition::getAsBoolean);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }
}
