package io.millrace.storage.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.storage.simulated.SimulatedDisk;
import io.millrace.storage.simulated.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An epoch that was given to an owner is never given to another. */
final class EpochFileTest {

    private final LogFixture fixture = new LogFixture();

    private long claim() {
        try (SegmentedLog log = open(fixture.flusher, SegmentedLogConfig.NEXT_EPOCH)) {
            return log.epoch();
        }
    }

    private SegmentedLog open(Flusher flusher, long epoch) {
        return SegmentedLog.open(
                new SegmentedLogConfig(
                        LogFixture.DIRECTORY,
                        1,
                        epoch,
                        LogFixture.SMALL,
                        flusher,
                        fixture.listener));
    }

    @Test
    void countsOpenings() {
        assertEquals(1, claim());
        assertEquals(2, claim());
        assertEquals(3, claim());
    }

    @Test
    void isAboveWhatTheLogHolds() {
        SegmentedLog log = open(fixture.flusher, 41);
        fixture.append(log, 10);
        log.close();

        assertEquals(42, claim());
    }

    @Test
    void survivesADamagedFile() throws IOException {
        claim();
        SegmentedLog log = open(fixture.flusher, 8);
        fixture.append(log, 10);
        log.close();
        fixture.disk
                .open(LogFixture.DIRECTORY.resolve("epoch"))
                .write(0, ByteBuffer.wrap("x".getBytes(StandardCharsets.US_ASCII)));

        assertEquals(9, claim());
    }

    @Test
    void neverGivesAnEpochTwiceWhateverThePowerDoes() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            SimulatedDisk disk = new SimulatedDisk(seed);
            SteppedFlusher flusher = Flusher.stepped(disk);
            long last = 0;
            for (int life = 0; life < 5; life++) {
                SegmentedLog log = open(flusher, SegmentedLogConfig.NEXT_EPOCH);
                assertTrue(log.epoch() > last, "seed " + seed);
                last = log.epoch();
                disk.cutPower();
                log.close();
                disk.restart(Survival.values()[random.nextInt(Survival.values().length)]);
            }
        }
    }

    @Test
    void leavesFilesOfOthersAlone() throws IOException {
        Path foreign = LogFixture.DIRECTORY.resolve("notes.tmp");
        fixture.disk.open(foreign).close();
        claim();

        assertTrue(fixture.disk.list(LogFixture.DIRECTORY).contains("notes.tmp"));
    }
}
