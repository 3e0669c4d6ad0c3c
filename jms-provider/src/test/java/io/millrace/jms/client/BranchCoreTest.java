package io.millrace.jms.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wire.BranchId;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.WireOutput;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Transcripts of a session in branches: what is sent when, and what a lost link makes of it. */
class BranchCoreTest {

    private static final long NOW = 1_000;
    private static final Id128 SESSION = new Id128(11, 12);
    private static final BranchId ONE = new BranchId(1, new byte[] {1}, new byte[0]);
    private static final BranchId TWO = new BranchId(1, new byte[] {2}, new byte[0]);

    private final WrittenFrames written = new WrittenFrames();
    private int broken;
    private final BranchCore core =
            new BranchCore(ClientOptions.parse(Map.of()), written, 1, 4, SESSION, () -> broken++);

    private static final SessionProducer.Outgoing MESSAGE =
            new SessionProducer.Outgoing() {
                @Override
                public boolean isPersistent() {
                    return true;
                }

                @Override
                public void encode(WireOutput to, long baseTimeMillis) {
                    Deliveries.writeMessage(to);
                }

                @Override
                public void numbered(Id128 producerId, long sequence) {
                    assertEquals(SESSION, producerId);
                }
            };

    private int leave() {
        core.flush();
        int messages = core.leave(7, ONE, false, List.of(), PartitionSet.NONE).messages();
        core.left();
        return messages;
    }

    @Test
    void eachBranchCountsItsOwnMessages() {
        core.linkUp();
        written.take();
        core.joined(ONE);
        core.add(1, NOW, MESSAGE);
        core.add(1, NOW, MESSAGE);
        core.add(2, NOW, MESSAGE);
        assertEquals(3, leave());
        assertEquals(List.of("send to 1: 1-2", "send to 2: 3-3"), written.take());
        for (TrafficFrame.Send send : written.sends()) {
            assertArrayEquals(ONE.toBytes(), send.batch().transactionId());
        }
        core.joined(TWO);
        assertEquals(TWO, core.branch());
        core.add(1, NOW, MESSAGE);
        assertEquals(1, leave());
        assertEquals(List.of("send to 1: 4-4"), written.take());
        assertNull(core.branch());
    }

    @Test
    void nothingIsSentOutsideOfABranch() {
        core.linkUp();
        written.take();
        RefusedException refused =
                assertThrows(RefusedException.class, () -> core.add(1, NOW, MESSAGE));
        assertEquals(ErrorCode.TRANSACTION_STATE, refused.code());
        core.flush();
        assertEquals(List.of(), written.take());
    }

    @Test
    void aLostLinkBreaksTheBranchAndNothingMoreIsSentInIt() {
        core.linkUp();
        core.joined(ONE);
        assertFalse(core.isBroken());
        core.linkDown();
        assertTrue(core.isBroken());
        assertEquals(1, broken);
        core.linkUp();
        core.linkDown();
        assertEquals(1, broken);
        core.linkUp();
        assertTrue(core.isBroken());
        written.take();
        core.add(1, NOW, MESSAGE);
        leave();
        assertEquals(List.of(), written.take());
        core.joined(TWO);
        assertFalse(core.isBroken());
        core.linkDown();
        core.left();
        core.linkUp();
        assertFalse(core.isBroken());
    }
}
