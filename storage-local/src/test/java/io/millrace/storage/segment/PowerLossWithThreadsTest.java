package io.millrace.storage.segment;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.simulated.SimulatedDisk;
import io.millrace.storage.simulated.Survival;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same promise with real threads: an owner appends and sometimes flushes itself, the flusher
 * flushes, a reader follows, and the power goes at some point. Buffers are tiny and markers
 * frequent, so that the threads meet often.
 */
final class PowerLossWithThreadsTest {

    private static final SegmentLimits LIMITS = new SegmentLimits(64 << 10, 1 << 10, 2, 1);
    private static final int PAUSE_EVERY = 300;

    private final RecordingListener listener = new RecordingListener(2_000);

    private SegmentedLog open(SimulatedDisk disk, Flusher flusher) {
        assertEquals(disk, flusher.disk());
        return SegmentedLog.open(
                new SegmentedLogConfig(Path.of("/log"), 1, 1, LIMITS, flusher, listener));
    }

    private static byte[] body(long offset) {
        Random random = new Random(offset);
        byte[] body = new byte[random.nextInt(random.nextInt(20) == 0 ? 20_000 : 800)];
        random.nextBytes(body);
        return body;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void losesNothingThatWasConfirmed(long seed) {
        SimulatedDisk disk = new SimulatedDisk(seed);
        FlusherThread flusher = new FlusherThread(disk, new ChunkPool(16 << 10, 4 << 10));
        flusher.start();
        SegmentedLog log = open(disk, flusher);
        Random random = new Random(seed);
        disk.cutPowerAfter(100 + random.nextInt(900));

        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> follow(log));
        appendUntilFailure(log);
        await().pollInterval(Duration.ofMillis(1)).until(() -> !listener.failures().isEmpty());
        reader.join();
        assertEquals(1, listener.failures().size());
        long confirmed = listener.durable();
        log.close();
        disk.restart(Survival.values()[(int) (seed % Survival.values().length)]);

        try (SegmentedLog again = open(disk, flusher)) {
            assertTrue(again.durableOffset() >= confirmed);
            long at = 0;
            for (LogEntry entry : LogFixture.readAll(again)) {
                assertEquals(at, entry.offset());
                assertArrayEquals(body(at), entry.body());
                at = entry.nextOffset();
            }
            assertEquals(again.endOffset(), at);
        }
        flusher.close();
    }

    private void appendUntilFailure(SegmentedLog log) {
        try {
            for (int i = 0; ; i++) {
                EntryBody body = EntryBody.of(body(log.endOffset()));
                if (i % 3 == 0) {
                    log.appendAndFlush(body, LogFixture.NOW);
                } else {
                    log.append(body, LogFixture.NOW);
                }
                if (i % PAUSE_EVERY == 0) {
                    await().pollInterval(Duration.ofMillis(1)).until(() -> isIdle(log));
                }
            }
        } catch (LogFailure e) {
            assertEquals(LogFailure.Kind.DEVICE, e.kind());
        }
    }

    private boolean isIdle(SegmentedLog log) {
        return log.durableOffset() == log.endOffset() || !listener.failures().isEmpty();
    }

    /** Reads behind the writer until the power goes. */
    private void follow(SegmentedLog log) {
        long at = 0;
        while (listener.failures().isEmpty()) {
            List<LogEntry> entries;
            try {
                entries = log.read(at, 10_000);
            } catch (LogFailure e) {
                assertEquals(LogFailure.Kind.DEVICE, e.kind());
                return;
            }
            for (LogEntry entry : entries) {
                assertEquals(at, entry.offset());
                assertArrayEquals(body(at), entry.body());
                at = entry.nextOffset();
            }
        }
    }
}
