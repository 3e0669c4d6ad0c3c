package io.millrace.server.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.partition.BranchEvent;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.TransactionEvent;
import io.millrace.storage.segment.StoredEntry;
import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a repair gives up is named, so that somebody can see to it. */
class LossTallyTest {

    private static final long MILLIS = 1_800_000_000_000L;

    private static BranchId branch(int number) {
        return new BranchId(0x4d52, new byte[] {1, (byte) number}, new byte[] {3});
    }

    private static List<String> lines(Event... events) {
        LossTally tally = new LossTally();
        byte[] body = EventCodec.encode(List.of(events)).toByteArray();
        tally.entry(new StoredEntry(100, 200, 0, 1, MILLIS, 100, body.length, 1, body));
        return tally.lines();
    }

    @Test
    void branchesAndTransactionsHaveTheirIds() {
        assertEquals(
                List.of(
                        "1 intact entries, of 2027-01-15T08:00:00Z to 2027-01-15T08:00:00Z",
                        "branch 4d52:0102:03 of a distributed transaction, prepared"
                                + " 2027-01-15T08:00:00Z with 0 messages sent and 2 received: its"
                                + " transaction manager will be told that there is none",
                        "the decision HEURISTIC_COMMIT of branch 4d52:0103:03: if it was prepared"
                                + " before, it is prepared again",
                        "that the decision of branch 4d52:0104:03 was forgotten: it is remembered"
                                + " again",
                        "that transaction 00000000000000070000000000000008:9 is rolled back, which"
                                + " somebody was told",
                        "1 ProducerClosed"),
                lines(
                        new BranchEvent.TransactionPrepared(
                                branch(2),
                                5,
                                MILLIS,
                                0,
                                List.of(new BranchEvent.Settlement(1, SequenceRanges.of(1, 2))),
                                List.of()),
                        new BranchEvent.TransactionResolved(
                                branch(3), Resolution.HEURISTIC_COMMIT, PartitionSet.NONE),
                        new BranchEvent.TransactionForgotten(branch(4)),
                        new TransactionEvent.TransactionRuledOut(
                                new TransactionId(new Id128(7, 8), 9)),
                        new PartitionEvent.ProducerClosed(new Id128(7, 8))));
    }

    @Test
    void transactionsOverSeveralPartitionsHaveTheirOwnLines() {
        TransactionId id = new TransactionId(new Id128(7, 8), 9);
        String name = "transaction 00000000000000070000000000000008:9";
        assertEquals(
                List.of(
                        "1 intact entries, of 2027-01-15T08:00:00Z to 2027-01-15T08:00:00Z",
                        "the decision to commit "
                                + name
                                + " for partitions [2, 3] as well: those that have not heard of it"
                                + " roll their part back",
                        "the part of "
                                + name
                                + ", prepared 2027-01-15T08:00:00Z with 0 messages sent and 2"
                                + " received: nothing of it happens here, whatever partition 3"
                                + " decides",
                        "the decision COMMIT of "
                                + name
                                + ": if it was prepared before, it is prepared again, and rolled"
                                + " back if the partition that decided it has forgotten it",
                        "that the decision of " + name + " was forgotten: it is remembered again",
                        "1 TransactionCommitted"),
                lines(
                        new TransactionEvent.TransactionCommitted(
                                id, PartitionSet.of(List.of(2, 3))),
                        new BranchEvent.TransactionPrepared(
                                id,
                                5,
                                MILLIS,
                                3,
                                List.of(new BranchEvent.Settlement(1, SequenceRanges.of(1, 2))),
                                List.of()),
                        new BranchEvent.TransactionResolved(
                                id, Resolution.COMMIT, PartitionSet.NONE),
                        new BranchEvent.TransactionForgotten(id),
                        new TransactionEvent.TransactionCommitted(id)));
    }

    @Test
    void nothingIsNothing() {
        assertEquals(List.of(), new LossTally().lines());
    }
}
