package io.millrace.server.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.BrokerConfiguration;
import io.millrace.server.messages.RetentionPolicies;
import io.millrace.wire.DestinationKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the log keeps of large bodies, beside what a retention policy says. */
class KeptBodiesTest {

    private static final long QUEUE = 1;
    private static final long OTHER = 2;

    /** Of a thousand bytes each: enough that one message is worth being moved. */
    private static final int MUCH = 50;

    private static final long BODY = SteppedPartition.FIRST_BODY;

    @Test
    void aBodyStaysWhileARewindMayNeedIt() {
        SteppedPartition partition =
                new SteppedPartition(
                        BrokerConfiguration.parse(Map.of("log.retention.hours", "-1")).retention());
        partition.open(DestinationKind.QUEUE, QUEUE, "large");
        long body = partition.sendBody(BODY);
        partition.refer(QUEUE, BODY);
        partition.attach(QUEUE);
        partition.settle(QUEUE, 1);
        assertEquals(List.of(1L), partition.delivered);
        // With nothing in memory, so that the past is read, from a log that still has it.
        partition.restart(RetentionPolicies.NONE);
        partition.holdReads();
        partition.rewind(QUEUE);
        partition.checkpoint();
        partition.checkpoint();
        assertTrue(partition.log().startOffset() <= body, "the part lies before its message");
        partition.releaseReads();
        partition.delivered.clear();
        partition.attach(QUEUE);
        assertEquals(List.of(1L), partition.delivered);
        partition.checkpoint();
        partition.checkpoint();
        assertTrue(partition.log().startOffset() <= body, "the message waits again");
        assertEquals(1, partition.browse(BODY));
    }

    @Test
    void partsAreStoredAgainForAsLongAsTheirMessageWaits() {
        SteppedPartition partition = new SteppedPartition(RetentionPolicies.NONE);
        partition.open(DestinationKind.QUEUE, QUEUE, "large");
        partition.open(DestinationKind.TOPIC, OTHER, "noise");
        long body = partition.sendBody(BODY);
        partition.refer(QUEUE, BODY);
        for (int round = 0; round < 4; round++) {
            flood(partition);
        }
        assertTrue(partition.log().startOffset() > body, "the first place is given back");
        assertEquals(1, partition.browse(BODY));
        partition.restart();
        assertEquals(1, partition.browse(BODY));
        partition.attach(QUEUE);
        partition.settle(QUEUE, 1);
        assertEquals(0, partition.browse(BODY), "it ends with its message");
        long settled = partition.log().endOffset();
        for (int round = 0; round < 2; round++) {
            flood(partition);
        }
        assertTrue(partition.log().startOffset() > settled, "nothing of it is kept");
    }

    private static void flood(SteppedPartition partition) {
        for (int sent = 0; sent < MUCH; sent++) {
            partition.send(OTHER);
        }
        partition.checkpoint();
    }
}
