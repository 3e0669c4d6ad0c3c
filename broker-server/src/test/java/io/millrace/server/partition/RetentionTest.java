package io.millrace.server.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.BrokerConfiguration;
import io.millrace.server.messages.RetentionPolicies;
import io.millrace.server.messages.RetentionPolicy;
import io.millrace.wire.DestinationKind;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays in the log after nobody needs it any more. */
class RetentionTest {

    private static final long QUEUE = 1;
    private static final long TOPIC = 2;
    private static final long OTHER = 3;
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);

    private static SteppedPartition partition(String... keysAndValues) {
        Map<String, String> values = new HashMap<>();
        for (int at = 0; at < keysAndValues.length; at += 2) {
            values.put(keysAndValues[at], keysAndValues[at + 1]);
        }
        SteppedPartition partition =
                new SteppedPartition(BrokerConfiguration.parse(values).retention());
        partition.open(DestinationKind.QUEUE, QUEUE, "orders");
        partition.open(DestinationKind.TOPIC, TOPIC, "prices.gold");
        partition.open(DestinationKind.TOPIC, OTHER, "noise");
        return partition;
    }

    /** A message an hour, to a topic to which nobody listens; where the last is. */
    private static long[] publish(SteppedPartition partition, long topic, int hours) {
        long[] offsets = new long[hours];
        for (int hour = 0; hour < hours; hour++) {
            partition.nowMillis += HOUR;
            offsets[hour] = partition.send(topic);
        }
        return offsets;
    }

    /** Where the log begins after checkpoints. */
    private static long start(SteppedPartition partition) {
        partition.checkpoint();
        partition.checkpoint();
        return partition.log().startOffset();
    }

    @Test
    void nothingStaysUnlessAskedFor() {
        SteppedPartition partition = partition();
        long[] offsets = publish(partition, TOPIC, 4);
        assertEquals(offsets[3], start(partition), "all but the open segment is given back");
    }

    @Test
    void whatWasPublishedStaysForSomeHours() {
        SteppedPartition partition = partition("log.retention.hours", "3");
        long[] offsets = publish(partition, TOPIC, 8);
        assertEquals(offsets[4], start(partition), "what is three hours old is kept");
        partition.nowMillis += 2 * HOUR;
        assertEquals(offsets[6], start(partition));
    }

    @Test
    void theNewestBytesStay() {
        SteppedPartition partition = partition("log.retention.bytes", "2500");
        long[] offsets = publish(partition, TOPIC, 8);
        assertEquals(offsets[5], start(partition), "three messages of a thousand bytes");
    }

    @Test
    void whatIsBeyondEitherLimitGoes() {
        SteppedPartition partition =
                partition("log.retention.bytes", "4500", "log.retention.hours", "2");
        long[] offsets = publish(partition, TOPIC, 8);
        assertEquals(offsets[5], start(partition));
    }

    @Test
    void aDestinationHasItsOwnLimits() {
        SteppedPartition partition =
                partition(
                        "destination.prices.*.retention.hours",
                        "-1",
                        "destination.noise.retention.hours",
                        "0",
                        "log.retention.hours",
                        "1");
        publish(partition, OTHER, 5);
        long[] offsets = publish(partition, TOPIC, 100);
        publish(partition, OTHER, 5);
        assertEquals(offsets[0], start(partition));
    }

    @Test
    void consumedMessagesStayAndWhatNobodyAcknowledgedAnyway() {
        SteppedPartition partition = partition("destination.orders.retention.hours", "2");
        long waiting = partition.send(QUEUE);
        long consumed = partition.send(QUEUE);
        partition.nowMillis += 5 * HOUR;
        partition.attach(QUEUE);
        partition.settle(QUEUE, 2);
        assertEquals(waiting, start(partition));
        partition.settle(QUEUE, 1);
        assertTrue(start(partition) > consumed, "both are too old now");
        long kept = partition.send(QUEUE);
        partition.settle(QUEUE, 3);
        partition.nowMillis += HOUR;
        publish(partition, OTHER, 1);
        assertEquals(kept, start(partition));
    }

    /** A bug was here: a crash now would bring back a message whose bytes are gone. */
    @Test
    void aSettlementThatIsNotDurableGivesNothingBack() {
        SteppedPartition partition = partition();
        partition.attach(QUEUE);
        long waiting = partition.send(QUEUE);
        partition.send(OTHER);
        partition.checkpoint();
        partition.send(OTHER);
        partition.holdBack();
        partition.send(OTHER);
        long upTo = partition.log().endOffset();
        partition.checkpoint();
        partition.settle(QUEUE, 1);
        partition.durableUpTo(upTo);
        assertTrue(
                partition.log().startOffset() <= waiting,
                "the checkpoint that was stored needs the message");
    }

    /** A bug was here: a crash now would bring back a message whose bytes are gone. */
    @Test
    void aRewindBeforeACheckpointIsStoredGivesNothingBack() {
        SteppedPartition partition = partition("destination.orders.retention.hours", "1");
        partition.attach(QUEUE);
        long consumed = partition.send(QUEUE);
        partition.settle(QUEUE, 1);
        partition.send(OTHER);
        partition.checkpoint();
        partition.send(OTHER);
        partition.checkpoint();
        partition.holdBack();
        partition.send(OTHER);
        partition.checkpoint();
        partition.rewind(QUEUE);
        long rewound = partition.log().endOffset();
        partition.settle(QUEUE, 1);
        assertTrue(partition.log().endOffset() > rewound, "it was settled once more");
        partition.nowMillis += 2 * HOUR;
        partition.durableUpTo(rewound);
        assertTrue(
                partition.log().startOffset() <= consumed,
                "what is durable has the message waiting again");
    }

    /** A bug was here: the partition was built anew, with all of its links closed. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "JMSPriority = 4")
    void whatIsGivenBackWhileItIsReadHurtsNobody(@Nullable String selector) {
        SteppedPartition partition = partition();
        long expiring = partition.send(QUEUE, partition.nowMillis + HOUR);
        partition.send(OTHER);
        partition.restart();
        partition.holdReads();
        partition.attach(QUEUE, selector);
        partition.nowMillis += 2 * HOUR;
        partition.send(OTHER);
        assertTrue(start(partition) > expiring, "it has expired");
        partition.releaseReads();
        long next = partition.send(QUEUE);
        partition.settle(QUEUE, 2);
        partition.send(OTHER);
        assertTrue(start(partition) > next, "what came then was handed out and settled");
    }

    @Test
    void limitsAreReadWithTheirUnits() {
        RetentionPolicies policies =
                BrokerConfiguration.parse(
                                Map.of(
                                        "log.retention.hours", "168",
                                        "log.retention.bytes", "-1",
                                        "destination.a.b.retention.bytes", "7",
                                        "destination.a.*.retention.hours", "0"))
                        .retention();
        assertEquals(new RetentionPolicy(168 * HOUR, -1), policies.standard());
        assertEquals(
                Map.of(
                        "a.b", new RetentionPolicy(168 * HOUR, 7),
                        "a.*", new RetentionPolicy(0, -1)),
                policies.byName());
        for (String bad : new String[] {"-2", "many", "9999999"}) {
            assertTrue(
                    String.valueOf(
                                    assertThrows(
                                                    IllegalArgumentException.class,
                                                    () ->
                                                            BrokerConfiguration.parse(
                                                                    Map.of(
                                                                            "log.retention.hours",
                                                                            bad)))
                                            .getMessage())
                            .contains(bad));
        }
    }
}
