package io.millrace.core;

import io.millrace.core.EventCodecTest.Golden;
import io.millrace.core.partition.BranchEvent;
import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.Resolution;
import io.millrace.wire.SequenceRanges;
import java.util.List;

/** The bytes that events about branches of distributed transactions must have for ever. */
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
                        new BranchEvent.TransactionResolved(id, Resolution.HEURISTIC_COMMIT),
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
}
