package io.millrace.storage.segment;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog.Checkpoint;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.file.Disk;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.Fault.Operation;
import io.millrace.storage.simulated.SimulatedDisk;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One seed's life of a log: random appends, flushes, checkpoints and forgetting, interrupted by
 * power losses; after each the log is opened again and compared with what a careful owner wrote
 * down.
 *
 * <p>Everything runs in one thread, so a seed always gives the same life.
 */
final class PowerLossTrial {

    private static final Path DIRECTORY = Path.of("/log");
    private static final int ANY_SIZE = -1;
    private static final int LIVES = 6;
    private static final int STEPS_PER_LIFE = 150;
    private static final int[] SIZES = {0, 10, 100, 500, 1_000, 1_100, 5_000, 12_000};

    private final Random random;
    private final SimulatedDisk disk;
    private final Disk usedDisk;
    private final SegmentLimits limits;
    private final SteppedFlusher flusher;
    private final Coverage coverage;

    /** Entries of one size lie where entries of an earlier life lay: debris would fit exactly. */
    private final int uniformSize;

    // What the owner wrote down.
    private final TreeMap<Long, byte[]> bodiesByOffset = new TreeMap<>();
    private long confirmed;
    private long forgotten;
    private @Nullable Checkpoint savedCheckpoint;
    private @Nullable Checkpoint attemptedCheckpoint;
    private long now = 1_800_000_000_000L;
    private long bodies;

    /** How often something worth testing happened. */
    static final class Coverage {
        int lives;
        int rolls;
        int lostEntries;
        int survivingUnconfirmed;
        int forgottenSegments;
        int checkpoints;
        int failuresInTheMiddle;
    }

    /** The log broke its promise. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    /**
     * @param disguise puts a disk that lies in front of the true one, or nothing
     */
    PowerLossTrial(long seed, Coverage coverage, UnaryOperator<Disk> disguise) {
        this.random = new Random(seed);
        this.disk = new SimulatedDisk(seed);
        this.usedDisk = disguise.apply(disk);
        // Small buffers, so that appends wait for flushes in the middle of an entry.
        this.flusher = new SteppedFlusher(usedDisk, new ChunkPool(16 << 10, 4 << 10));
        this.coverage = coverage;
        this.uniformSize = random.nextBoolean() ? SIZES[random.nextInt(SIZES.length)] : ANY_SIZE;
        this.limits = new SegmentLimits(64 << 10, 1 << 10, random.nextInt(4), 50);
    }

    /** Lives and checks. */
    void run() {
        for (int life = 0; life < LIVES; life++) {
            coverage.lives++;
            RecordingListener listener = new RecordingListener(random.nextInt(3_000));
            SegmentedLog log = open(life + 1, listener);
            check(log);
            live(log, listener);
        }
        flusher.close();
    }

    private SegmentedLog open(long epoch, RecordingListener listener) {
        try {
            return SegmentedLog.open(
                    new SegmentedLogConfig(DIRECTORY, 5, epoch, limits, flusher, listener));
        } catch (LogFailure e) {
            throw new Violation("does not open: " + e.getMessage());
        }
    }

    private void live(SegmentedLog log, RecordingListener listener) {
        if (random.nextInt(3) > 0) {
            disk.cutPowerAfter(1 + random.nextInt(60));
        } else if (random.nextBoolean()) {
            int until = random.nextInt(30);
            int[] count = new int[1];
            disk.faults(
                    (operation, file) -> {
                        if (operation == Operation.FORCE && count[0]++ == until) {
                            throw new IOException("planted failure of a flush");
                        }
                    });
        }
        try {
            for (int step = 0; step < STEPS_PER_LIFE && !disk.isOff(); step++) {
                act(log);
                confirmed = Math.max(confirmed, listener.durable());
            }
        } catch (LogFailure e) {
            if (!disk.isOff() && !String.valueOf(e.getMessage()).contains("planted")) {
                throw new Violation("fails without a cause: " + e.getMessage());
            }
            coverage.failuresInTheMiddle++;
        }
        confirmed = Math.max(confirmed, listener.durable());
        coverage.rolls += listener.sealed().size();
        disk.faults(Fault.NONE);
        end(log);
        confirmed = Math.max(confirmed, listener.durable());
    }

    private void end(SegmentedLog log) {
        int choice = random.nextInt(4);
        if (choice == 0 && !disk.isOff()) {
            log.close();
            return;
        }
        boolean powerLoss = choice < 3;
        disk.cutPower();
        log.close();
        if (powerLoss) {
            Survival[] survivals = Survival.values();
            disk.restart(survivals[random.nextInt(survivals.length)]);
        } else {
            disk.killProcess();
        }
    }

    private void act(SegmentedLog log) {
        int choice = random.nextInt(100);
        if (choice < 55) {
            for (int burst = random.nextInt(20) == 0 ? 40 : 1; burst > 0; burst--) {
                append(log);
            }
        } else if (choice < 90) {
            flusher.step();
        } else if (choice < 92) {
            log.hurry();
        } else if (choice < 94) {
            flusher.advance(random.nextBoolean() ? 50 : 100);
            flusher.step();
        } else if (choice < 97) {
            checkpoint(log);
        } else {
            forget(log);
        }
    }

    private void append(SegmentedLog log) {
        int size = uniformSize == ANY_SIZE ? SIZES[random.nextInt(SIZES.length)] : uniformSize;
        byte[] body = new byte[size];
        random.nextBytes(body);
        if (size >= Long.BYTES) {
            ByteBuffer.wrap(body).putLong(bodies++);
        }
        long expected = log.endOffset();
        bodiesByOffset.put(expected, body);
        boolean unhurried = random.nextInt(3) == 0;
        long offset =
                unhurried
                        ? log.appendUnhurried(EntryBody.of(body), now++)
                        : log.append(EntryBody.of(body), now++);
        if (offset != expected) {
            throw new Violation("predicted offset " + expected + ", but gave " + offset);
        }
    }

    private void checkpoint(SegmentedLog log) {
        byte[] content = new byte[random.nextInt(10_000)];
        random.nextBytes(content);
        attemptedCheckpoint = new Checkpoint(log.endOffset(), content);
        log.saveCheckpoint(log.endOffset(), content);
        savedCheckpoint = attemptedCheckpoint;
        coverage.checkpoints++;
    }

    private void forget(SegmentedLog log) {
        Checkpoint checkpoint = savedCheckpoint;
        if (checkpoint == null) {
            return;
        }
        int before = log.sealedSegments().size();
        forgotten = Math.max(forgotten, checkpoint.upTo());
        log.forgetBefore(checkpoint.upTo());
        coverage.forgottenSegments += before - log.sealedSegments().size();
    }

    private void check(SegmentedLog log) {
        if (log.durableOffset() < confirmed) {
            throw new Violation(
                    "confirmed up to " + confirmed + ", but only has " + log.durableOffset());
        }
        if (log.startOffset() > forgotten) {
            throw new Violation("begins at " + log.startOffset() + ", forgotten " + forgotten);
        }
        List<LogEntry> entries = readAll(log);
        long at = log.startOffset();
        for (LogEntry entry : entries) {
            byte[] expected = bodiesByOffset.get(entry.offset());
            if (entry.offset() != at || !Arrays.equals(expected, entry.body())) {
                throw new Violation("has a wrong entry at " + entry.offset());
            }
            Map.Entry<Long, byte[]> next = bodiesByOffset.higherEntry(at);
            at = entry.nextOffset();
            if (next != null && next.getKey() != at) {
                throw new Violation("skips from " + entry.offset() + " to " + at);
            }
        }
        if (at != log.endOffset() || at != log.durableOffset()) {
            throw new Violation("ends at " + log.endOffset() + ", but entries end at " + at);
        }
        int lost = bodiesByOffset.tailMap(at).size();
        coverage.lostEntries += lost;
        coverage.survivingUnconfirmed += at > confirmed ? 1 : 0;
        bodiesByOffset.tailMap(at).clear();
        confirmed = at;
        checkCheckpoint(log.latestCheckpoint());
    }

    private void checkCheckpoint(@Nullable Checkpoint found) {
        if (!LogFixture.same(found, savedCheckpoint)
                && !LogFixture.same(found, attemptedCheckpoint)) {
            throw new Violation("has another checkpoint than the last one saved");
        }
        savedCheckpoint = found;
        attemptedCheckpoint = found;
    }

    private static List<LogEntry> readAll(SegmentedLog log) {
        List<LogEntry> entries = new ArrayList<>();
        long at = log.startOffset();
        try {
            while (at < log.durableOffset()) {
                List<LogEntry> some = log.read(at, 4 << 10);
                entries.addAll(some);
                at = some.get(some.size() - 1).nextOffset();
            }
        } catch (LogFailure e) {
            throw new Violation("cannot be read: " + e.getMessage());
        }
        return entries;
    }
}
