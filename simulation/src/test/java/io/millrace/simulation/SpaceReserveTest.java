package io.millrace.simulation;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.SpaceReserve;
import io.millrace.storage.simulated.SimulatedDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** When a broker says that its disk is full, and when that it is not any more. */
class SpaceReserveTest {

    private static final Path DIRECTORY = Path.of("/data");

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SpaceReserve reserve = new SpaceReserve(disk, DIRECTORY, 800);

    @Test
    void isShortBelowTheReserve() {
        disk.usable(800);
        assertNull(reserve.shortage());
        disk.usable(799);
        String shortage = String.valueOf(reserve.shortage());
        assertTrue(shortage.contains("log.reserve.bytes"), shortage);
        assertTrue(shortage.contains("799"), shortage);
    }

    /** Else it would go back and forth with each message. */
    @Test
    void isEnoughAgainWithAnEighthMore() {
        disk.usable(799);
        assertNotNull(reserve.shortage());
        disk.usable(899);
        assertNotNull(reserve.shortage());
        disk.usable(900);
        assertNull(reserve.shortage());
        disk.usable(800);
        assertNull(reserve.shortage());
    }

    @Test
    void withoutAReserveIsNeverShort() {
        disk.usable(0);
        assertNull(new SpaceReserve(disk, DIRECTORY, 0).shortage());
    }

    /** Whatever is wrong with the disk, appending finds it out and says it better. */
    @Test
    void isNotShortIfTheSystemDoesNotSay() {
        disk.cutPower();
        assertNull(reserve.shortage());
    }
}
