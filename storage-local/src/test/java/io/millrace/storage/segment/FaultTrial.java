package io.millrace.storage.segment;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog.Checkpoint;
import io.millrace.core.log.PartitionLog.SealedSegment;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.file.DiskFullException;
import io.millrace.storage.simulated.Fault;
import io.millrace.storage.simulated.Fault.Operation;
import io.millrace.storage.simulated.SimulatedDisk;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One seed's life of a log on a disk whose operations fail at random, and whose bits flip: what was
 * confirmed is there, or an error says that it is not; no read ever gives other bytes than were
 * written.
 *
 * <p>Everything runs in one thread, so a seed always gives the same life.
 */
final class FaultTrial {

    private static final Path DIRECTORY = Path.of("/log");
    private static final int LIVES = 5;
    private static final int STEPS_PER_LIFE = 200;
    private static final int OPENINGS = 25;
    private static final int[] SIZES = {0, 10, 100, 1_000, 5_000, 12_000};
    private static final String PLANTED = "planted";

    /** What of a segment's header has a checksum. */
    private static final int HEADER_BYTES = 84;

    private final Random random;
    private final SimulatedDisk disk;
    private final SegmentLimits limits;
    private final SteppedFlusher flusher;
    private final Coverage coverage;

    // What the owner wrote down.
    private final TreeMap<Long, byte[]> bodiesByOffset = new TreeMap<>();
    private long confirmed;
    private long forgotten;
    private @Nullable Checkpoint savedCheckpoint;
    private @Nullable Checkpoint attemptedCheckpoint;
    private long now = 1_800_000_000_000L;

    /** Files whose force failed since the log was opened. */
    private final Set<Path> unforced = new HashSet<>();

    private @Nullable String forcedAgain;

    /** How often something worth testing happened. */
    static final class Coverage {
        final Map<Operation, Integer> faults = new EnumMap<>(Operation.class);
        int full;
        int failedLogs;
        int failedOpenings;
        int failedCheckpoints;
        int failedReads;
        int flipsWhileOpen;
        int flipsRefused;
        int damagedReads;

        void fault(Operation operation) {
            faults.merge(operation, 1, Integer::sum);
        }

        @Override
        public String toString() {
            return "faults "
                    + faults
                    + ", of them full "
                    + full
                    + "; logs failed "
                    + failedLogs
                    + ", openings "
                    + failedOpenings
                    + ", checkpoints "
                    + failedCheckpoints
                    + ", reads "
                    + failedReads
                    + "; flips while open "
                    + flipsWhileOpen
                    + ", refused at opening "
                    + flipsRefused
                    + ", damaged reads "
                    + damagedReads;
        }
    }

    /** The log broke its promise. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    FaultTrial(long seed, Coverage coverage) {
        this.random = new Random(seed);
        this.disk = new SimulatedDisk(seed);
        this.flusher = new SteppedFlusher(disk, new ChunkPool(16 << 10, 4 << 10));
        this.coverage = coverage;
        this.limits = new SegmentLimits(64 << 10, 1 << 10, random.nextInt(4), 50);
    }

    /** Lives and checks. */
    void run() {
        for (int life = 0; life < LIVES; life++) {
            RecordingListener listener = new RecordingListener(random.nextInt(3_000));
            SegmentedLog log = open(listener);
            disk.faults(Fault.NONE);
            check(log);
            breakAtRandom();
            live(log, listener);
            disk.faults(Fault.NONE);
            end(log);
            confirmed = Math.max(confirmed, listener.durable());
            flipWhileClosed();
        }
        flusher.close();
    }

    // ---- faults ----

    private void breakAtRandom() {
        Set<Operation> breaking = new HashSet<>();
        for (Operation each : Operation.values()) {
            if (random.nextInt(3) == 0) {
                breaking.add(each);
            }
        }
        int rate = 5 + random.nextInt(150);
        disk.faults(
                (operation, file) -> {
                    // An open file goes by the name that it was opened under.
                    boolean segment = file.toString().matches(".*\\.(segment|free|new)");
                    if (operation == Operation.FORCE && segment && unforced.contains(file)) {
                        forcedAgain = file.toString();
                    }
                    if (breaking.contains(operation) && random.nextInt(rate) == 0) {
                        coverage.fault(operation);
                        if (operation == Operation.FORCE && segment) {
                            unforced.add(file);
                        }
                        boolean growing =
                                operation == Operation.WRITE || operation == Operation.CREATE;
                        if (growing && random.nextBoolean()) {
                            coverage.full++;
                            throw new DiskFullException(PLANTED, null);
                        }
                        throw new IOException(PLANTED);
                    }
                });
    }

    private static boolean isPlanted(LogFailure failure) {
        boolean kind =
                failure.kind() == LogFailure.Kind.DEVICE || failure.kind() == LogFailure.Kind.FULL;
        return kind && String.valueOf(failure.getMessage()).contains(PLANTED);
    }

    private static void requirePlanted(LogFailure failure) {
        if (!isPlanted(failure)) {
            throw new Violation("fails without a cause: " + failure);
        }
    }

    /** Somebody tries until the device works. */
    private SegmentedLog open(RecordingListener listener) {
        for (int attempt = 0; ; attempt++) {
            if (attempt == OPENINGS) {
                disk.faults(Fault.NONE);
            } else if (attempt > 0 || random.nextBoolean()) {
                breakAtRandom();
            }
            unforced.clear();
            try {
                return SegmentedLog.open(configuration(listener));
            } catch (LogFailure e) {
                requirePlanted(e);
                coverage.failedOpenings++;
            }
        }
    }

    // ---- living ----

    private void live(SegmentedLog log, RecordingListener listener) {
        try {
            for (int step = 0; step < STEPS_PER_LIFE; step++) {
                act(log, listener);
                confirmed = Math.max(confirmed, listener.durable());
            }
        } catch (LogFailure e) {
            requirePlanted(e);
            coverage.failedLogs++;
            requireFailedForGood(log, listener);
        }
        if (forcedAgain != null) {
            throw new Violation("forced " + forcedAgain + " again after that had failed");
        }
        confirmed = Math.max(confirmed, listener.durable());
    }

    /** It says so once, confirms nothing more, and takes nothing more. */
    private void requireFailedForGood(SegmentedLog log, RecordingListener listener) {
        long durable = log.durableOffset();
        disk.faults(Fault.NONE);
        while (flusher.step()) {
            // until nothing is left
        }
        try {
            append(log);
            throw new Violation("failed, and takes an entry");
        } catch (LogFailure e) {
            requirePlanted(e);
        }
        if (log.durableOffset() != durable || listener.failures().size() != 1) {
            throw new Violation("failed, and goes on: " + listener.failures());
        }
    }

    private void act(SegmentedLog log, RecordingListener listener) {
        int choice = random.nextInt(100);
        if (choice < 45) {
            for (int burst = random.nextInt(15) == 0 ? 40 : 1; burst > 0; burst--) {
                append(log);
            }
        } else if (choice < 75) {
            flusher.step();
        } else if (choice < 78) {
            flusher.advance(100);
            flusher.step();
        } else if (choice < 82) {
            checkpoint(log);
        } else if (choice < 85) {
            forget(log);
        } else if (choice < 90) {
            footer(log, listener);
        } else if (choice < 98) {
            catchUp(log, false);
        } else {
            flipWhileOpen(log);
        }
    }

    private void append(SegmentedLog log) {
        byte[] body = new byte[SIZES[random.nextInt(SIZES.length)]];
        random.nextBytes(body);
        long expected = log.endOffset();
        // If it fails now, it may be there all the same, or not.
        bodiesByOffset.put(expected, body);
        log.append(EntryBody.of(body), now++);
    }

    private void checkpoint(SegmentedLog log) {
        byte[] content = new byte[random.nextInt(10_000)];
        random.nextBytes(content);
        Checkpoint attempted = new Checkpoint(log.endOffset(), content);
        attemptedCheckpoint = attempted;
        try {
            log.saveCheckpoint(attempted.upTo(), content);
            savedCheckpoint = attempted;
        } catch (LogFailure e) {
            requirePlanted(e);
            coverage.failedCheckpoints++;
            // If it was not the log that failed, it goes on.
            log.hurry();
        }
    }

    private void forget(SegmentedLog log) {
        Checkpoint checkpoint = savedCheckpoint;
        if (checkpoint != null && checkpoint.upTo() >= log.startOffset()) {
            forgotten = Math.max(forgotten, checkpoint.upTo());
            log.forgetBefore(checkpoint.upTo());
        }
    }

    private void footer(SegmentedLog log, RecordingListener listener) {
        for (SealedSegment each : log.sealedSegments()) {
            byte[] footer = log.footer(each);
            if (footer != null
                    && listener.sealed().contains(each)
                    && !Arrays.equals(listener.footerOf(each), footer)) {
                throw new Violation("gives a wrong footer of " + each);
            }
        }
    }

    // ---- reading ----

    /** Reads from a random entry on, as somebody does who is behind; true if it met damage. */
    private boolean catchUp(SegmentedLog log, boolean flipped) {
        Long from = bodiesByOffset.ceilingKey(log.startOffset());
        long durable = log.durableOffset();
        if (from == null || from >= durable) {
            return false;
        }
        List<Long> all = new ArrayList<>(bodiesByOffset.subMap(from, durable).keySet());
        return catchUp(log, all.get(random.nextInt(all.size())), durable, flipped);
    }

    private boolean catchUp(SegmentedLog log, long from, long to, boolean flipped) {
        boolean damaged = false;
        long at = from;
        while (at < to) {
            try {
                for (LogEntry entry : log.read(at, 4 << 10)) {
                    requireAsWritten(entry, at);
                    at = entry.nextOffset();
                }
            } catch (LogFailure e) {
                if (flipped && e.kind() == LogFailure.Kind.CORRUPT) {
                    requirePlace(e);
                    coverage.damagedReads++;
                    damaged = true;
                    Long next = bodiesByOffset.higherKey(at);
                    at = next == null ? to : next;
                } else if (isPlanted(e)) {
                    requirePlace(e);
                    coverage.failedReads++;
                    return damaged;
                } else {
                    throw new Violation("cannot be read: " + e);
                }
            }
        }
        return damaged;
    }

    private void requireAsWritten(LogEntry entry, long at) {
        if (entry.offset() != at
                || !Arrays.equals(bodiesByOffset.get(entry.offset()), entry.body())) {
            throw new Violation("gives a wrong entry at " + entry.offset());
        }
        Long next = bodiesByOffset.higherKey(at);
        if (next != null && next != entry.nextOffset()) {
            throw new Violation("skips from " + at + " to " + entry.nextOffset());
        }
    }

    private static void requirePlace(LogFailure failure) {
        if (!String.valueOf(failure.getMessage()).contains(".segment")) {
            throw new Violation("does not say which file it is: " + failure);
        }
    }

    /** A bit of a segment that is not written any more flips, and flips back. */
    private void flipWhileOpen(SegmentedLog log) {
        List<SealedSegment> sealed = log.sealedSegments();
        if (sealed.isEmpty()) {
            return;
        }
        SealedSegment segment = sealed.get(random.nextInt(sealed.size()));
        long bytes = Math.min(segment.to(), log.durableOffset()) - segment.from();
        Path file = DIRECTORY.resolve("%020d.segment".formatted(segment.from()));
        if (bytes <= 0 || !exists(file)) {
            return;
        }
        int position = SegmentHeader.PAGE_BYTES + random.nextInt((int) bytes);
        int bit = random.nextInt(8);
        disk.flipBit(file, position, bit);
        coverage.flipsWhileOpen++;
        catchUp(log, segment.from(), segment.from() + bytes, true);
        disk.flipBit(file, position, bit);
    }

    /** A bit flips that matters to everything confirmed: refused, or nothing comes of it. */
    private void flipWhileClosed() {
        List<Path> segments = new ArrayList<>();
        for (String name : names()) {
            if (name.endsWith(".segment")) {
                segments.add(DIRECTORY.resolve(name));
            }
        }
        segments.sort(null);
        if (segments.size() < 2 || random.nextBoolean()) {
            return;
        }
        Path file = segments.get(random.nextInt(segments.size() - 1));
        int position =
                random.nextInt(3) == 0
                        ? random.nextInt(HEADER_BYTES)
                        : random.nextInt(SegmentHeader.PAGE_BYTES + (16 << 10));
        int bit = random.nextInt(8);
        disk.flipBit(file, position, bit);
        RecordingListener listener = new RecordingListener();
        try {
            SegmentedLog log = SegmentedLog.open(configuration(listener));
            requireKept(log);
            catchUp(log, log.startOffset(), log.durableOffset(), true);
            bodiesByOffset.tailMap(log.endOffset()).clear();
            confirmed = log.endOffset();
            log.close();
        } catch (LogFailure e) {
            if (e.kind() != LogFailure.Kind.CORRUPT) {
                throw new Violation("fails without a cause: " + e);
            }
            coverage.flipsRefused++;
        }
        disk.flipBit(file, position, bit);
    }

    private List<String> names() {
        try {
            return disk.list(DIRECTORY);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean exists(Path file) {
        return names().contains(String.valueOf(file.getFileName()));
    }

    // ---- ends and checks ----

    private void end(SegmentedLog log) {
        int choice = random.nextInt(3);
        if (choice == 0) {
            log.close();
            return;
        }
        disk.cutPower();
        log.close();
        if (choice == 1) {
            Survival[] survivals = Survival.values();
            disk.restart(survivals[random.nextInt(survivals.length)]);
        } else {
            disk.killProcess();
        }
    }

    private void requireKept(SegmentedLog log) {
        if (log.durableOffset() < confirmed) {
            throw new Violation("confirmed " + confirmed + ", but has " + log.durableOffset());
        }
        if (log.startOffset() > forgotten) {
            throw new Violation("begins at " + log.startOffset() + ", forgotten " + forgotten);
        }
    }

    private void check(SegmentedLog log) {
        requireKept(log);
        bodiesByOffset.tailMap(log.endOffset()).clear();
        catchUp(log, log.startOffset(), log.durableOffset(), false);
        confirmed = log.endOffset();
        Checkpoint found = log.latestCheckpoint();
        if (!LogFixture.same(found, savedCheckpoint)
                && !LogFixture.same(found, attemptedCheckpoint)) {
            throw new Violation("has another checkpoint than the last one saved");
        }
        savedCheckpoint = found;
        attemptedCheckpoint = found;
    }

    private SegmentedLogConfig configuration(RecordingListener listener) {
        return new SegmentedLogConfig(
                DIRECTORY, 5, SegmentedLogConfig.NEXT_EPOCH, limits, flusher, listener);
    }
}
