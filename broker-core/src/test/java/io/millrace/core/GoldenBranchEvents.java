package io.millrace.core;

import io.millrace.core.EventCodecTest.Golden;
import io.millrace.core.partition.BranchEvent;
import io.millrace.core.partition.TransactionEvent;
import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.PartitionSet;
import io.millrace.wire.Resolution;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TransactionId;
import java.util.List;

/** The bytes that events about transactions must have for ever. */
final class GoldenBranchEvents {

    private GoldenBranchEvents() {}

    /** Those of branches; the batch is what one sends, in hexadecimal digits. */
    static List<Golden> all(String batchHex) {
        BranchId id = new BranchId(258, new byte[] {1, 2, 3}, new byte[] {(byte) 0xff});
        SequenceRanges ranges = new SequenceRanges.Builder().add(1, 1).add(3, 300).build();
        byte[] batch = EventCodecTest.parse(batchHex);
        return List.of(
                new Golden(
                        new BranchEvent.TransactionPrepared(
                                id,
                                300,
                                301,
                                0,
                                List.of(new BranchEvent.Settlement(4, ranges)),
                                List.of(
                                        new BranchEvent.Send(
                                                300,
                                                new Id128(0, 2),
                                                "me",
                                                "here",
                                                new MessageBatch(batch, 0, batch.length)))),
                        """
                        11 8501                             # type, length
                        0b 02 00000102 03010203 01ff        # id
                        ac02 ad02 00                        # number, preparedMillis, coordinator
                        01                                  # settlements
                        04 02 0100 02a902                   # subscriptionId, sequences
                        01                                  # sends
                        ac02                                # destinationId
                        00000000000000000000000000000002    # connectionId
                        03 6d65                             # user, length plus one
                        05 68657265                         # clientId, length plus one
                        50                                  # length of the batch
                        """
                                + batchHex),
                new Golden(
                        new BranchEvent.TransactionResolved(
                                id, Resolution.HEURISTIC_COMMIT, PartitionSet.NONE),
                        """
                        12 0d                               # type, length
                        0b 02 00000102 03010203 01ff        # id
                        03                                  # resolution
                        """),
                new Golden(
                        new BranchEvent.TransactionForgotten(id),
                        """
                        13 0c                               # type, length
                        0b 02 00000102 03010203 01ff        # id
                        """));
    }

    /** Those of transactions in one partition. */
    static List<Golden> unshared() {
        TransactionId id =
                new TransactionId(new Id128(0x0011223344556677L, 0x8899aabbccddeeffL), 5);
        return List.of(
                new Golden(
                        new TransactionEvent.TransactionCommitted(id),
                        """
                        10 1a                                   # type, length
                        19 01 00112233445566778899aabbccddeeff  # id: length, kind, session
                        0000000000000005                        # its number
                        """),
                new Golden(
                        new TransactionEvent.TransactionRuledOut(id),
                        """
                        0f 1a                                   # type, length
                        19 01 00112233445566778899aabbccddeeff  # id: length, kind, session
                        0000000000000005                        # its number
                        """));
    }

    /** Those of transactions in which several partitions take part. */
    static List<Golden> shared() {
        BranchId branch = new BranchId(258, new byte[] {1, 2, 3}, new byte[] {(byte) 0xff});
        TransactionId id =
                new TransactionId(new Id128(0x0011223344556677L, 0x8899aabbccddeeffL), 5);
        PartitionSet participants = PartitionSet.of(List.of(2, 300));
        return List.of(
                new Golden(
                        new TransactionEvent.TransactionCommitted(id, participants),
                        """
                        10 1e                                   # type, length
                        19 01 00112233445566778899aabbccddeeff  # id: length, kind, session
                        0000000000000005                        # its number
                        02 02 ac02                              # participants 2 and 300
                        """),
                new Golden(
                        new BranchEvent.TransactionPrepared(
                                id,
                                300,
                                301,
                                2,
                                List.of(new BranchEvent.Settlement(4, SequenceRanges.of(1, 1))),
                                List.of()),
                        """
                        11 25                                   # type, length
                        19 01 00112233445566778899aabbccddeeff  # id: length, kind, session
                        0000000000000005                        # its number
                        ac02 ad02 02                            # number, preparedMillis, coordinator
                        01 04 01 0100                           # settlements
                        00                                      # sends
                        """),
                new Golden(
                        new BranchEvent.TransactionResolved(
                                branch, Resolution.COMMIT_ONE_PHASE, participants),
                        """
                        12 11                               # type, length
                        0b 02 00000102 03010203 01ff        # id
                        02                                  # resolution
                        02 02 ac02                          # participants 2 and 300
                        """),
                new Golden(
                        new BranchEvent.TransactionForgotten(id),
                        """
                        13 1a                                   # type, length
                        19 01 00112233445566778899aabbccddeeff  # id: length, kind, session
                        0000000000000005                        # its number
                        """));
    }
}
