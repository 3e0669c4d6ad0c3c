package io.millrace.wire;

import static io.millrace.wire.GoldenFrame.ID;

import java.util.ArrayList;
import java.util.List;

/** One golden frame for each that a broker can send. */
final class GoldenBrokerFrames {

    private GoldenBrokerFrames() {}

    static List<GoldenFrame> all() {
        List<GoldenFrame> all = new ArrayList<>(connection());
        all.addAll(answers());
        all.addAll(refusals());
        all.addAll(sends());
        all.addAll(deliveries());
        all.addAll(branches());
        return all;
    }

    private static List<GoldenFrame> connection() {
        return List.of(
                new GoldenFrame(
                        new BrokerFrame.Welcome(
                                0xfffe, ID, "bp", 16 * 1024 * 1024, 10_000, 1L << 30, 200, 3),
                        """
                        00000025 81 00                      # length, type, flags
                        fffe                                # version
                        00112233445566778899aabbccddeeff    # incarnation
                        02 6270                             # brokerProduct
                        80808008                            # maxFrameBytes
                        904e                                # heartbeatMillis
                        8080808004                          # maxMessageBytes
                        c801                                # maxBatchBytes
                        03                                  # added: partitions
                        """),
                new GoldenFrame(
                        new BrokerFrame.Challenge(new byte[0]),
                        """
                        00000003 82 00      # length, type, flags
                        00                  # challenge, empty
                        """),
                new GoldenFrame(
                        new BrokerFrame.Pong(1),
                        """
                        0000000a 83 00      # length, type, flags
                        0000000000000001    # token
                        """),
                new GoldenFrame(
                        new BrokerFrame.Closing(ErrorCode.VERSION, "no", -1),
                        """
                        0000000f 84 00      # length, type, flags
                        000b                # code
                        02 6e6f             # message
                        ffffffffffffffff    # retryAfterMillis
                        """));
    }

    private static List<GoldenFrame> answers() {
        return List.of(
                new GoldenFrame(
                        new BrokerFrame.Done(Long.MAX_VALUE),
                        """
                        0000000b 90 00      # length, type, flags
                        ffffffffffffffff7f  # requestId
                        """),
                new GoldenFrame(
                        new BrokerFrame.Located(1, 2, 3, 300, 301, 7),
                        """
                        0000000a 91 00      # length, type, flags
                        01 02 03            # requestId, partition, placementVersion
                        ac02 ad02 07        # destinationId, subscriptionId, epoch
                        """),
                new GoldenFrame(
                        new BrokerFrame.Attached(1, 2, 7, 30_000),
                        """
                        00000008 92 00      # length, type, flags
                        01 02 07            # requestId, consumerId, epoch
                        b0ea01              # leaseMillis
                        """));
    }

    private static List<GoldenFrame> refusals() {
        return List.of(
                new GoldenFrame(
                        new BrokerFrame.Refused(1, ErrorCode.LIMIT, "full", 500),
                        """
                        0000000c 93 00      # length, type, flags
                        01                  # requestId
                        0008                # code
                        04 66756c6c         # message
                        f403                # retryAfterMillis
                        """),
                new GoldenFrame(
                        new BrokerFrame.NotOwner(1, 2, 3),
                        """
                        00000005 94 00      # length, type, flags
                        01 02 03            # requestId, partition, placementVersion
                        """),
                new GoldenFrame(
                        new Browsed(1, 301, true, RUNS),
                        """
                        0000004a 95 00                      # length, type, flags
                        01 ad02 01                          # requestId, position, atEnd
                        """
                                + RUNS_BYTES),
                new GoldenFrame(
                        new Rewound(1, 300, 128, 301),
                        """
                        00000009 96 00      # length, type, flags
                        01 ac02             # requestId, messages
                        8001 ad02           # firstSequence, firstMillis
                        """));
    }

    private static final byte[] MESSAGES = {'a', 'b', 'c'};

    static final List<DeliveredRun> RUNS =
            List.of(
                    new DeliveredRun(300, 2, 1, ID, 5, 1_000, null, false, MESSAGES, 0, 2),
                    new DeliveredRun(1, 1, 3, ID, 128, -1, "me", false, MESSAGES, 2, 1));

    private static final String RUNS_BYTES =
            """
            02                                  # number of runs
            ac02 02 01                          # first sequence, count, delivery count
            00112233445566778899aabbccddeeff    # producer id
            05                                  # first producer sequence
            00000000000003e8                    # base time
            00                                  # user: none
            02 6162                             # messages
            01 01 03                            # first sequence, count, delivery count
            00112233445566778899aabbccddeeff    # producer id
            8001                                # first producer sequence
            ffffffffffffffff                    # base time
            03 6d65                             # user, length plus one
            01 63                               # messages
            """;

    private static List<GoldenFrame> sends() {
        return List.of(
                new GoldenFrame(
                        new BrokerFrame.SendConfirmed(1, 300),
                        """
                        00000005 a0 00      # length, type, flags
                        01 ac02             # handle, upToSequence
                        """),
                new GoldenFrame(
                        new BrokerFrame.SendRefused(1, 2, 3, ErrorCode.INVALID_DESTINATION, "", 0),
                        """
                        00000009 a1 00      # length, type, flags
                        01 02 03            # handle, firstSequence, lastSequence
                        0003                # code
                        00                  # message, empty
                        00                  # retryAfterMillis
                        """));
    }

    private static List<GoldenFrame> deliveries() {
        return List.of(
                new GoldenFrame(
                        new BrokerFrame.Deliver(1, 7, RUNS),
                        """
                        00000048 b0 00                      # length, type, flags
                        01 07                               # consumerId, epoch
                        """
                                + RUNS_BYTES),
                new GoldenFrame(
                        new BrokerFrame.SettleConfirmed(1, 128),
                        """
                        00000005 b1 00      # length, type, flags
                        01 8001             # consumerId, upToSettleId
                        """),
                new GoldenFrame(
                        new BrokerFrame.Drained(127),
                        """
                        00000003 b2 00      # length, type, flags
                        7f                  # consumerId
                        """),
                new GoldenFrame(
                        new BrokerFrame.ConsumerClosed(1, ErrorCode.IN_USE, "gone"),
                        """
                        0000000a b3 00      # length, type, flags
                        01                  # consumerId
                        0005                # code
                        05 676f6e65         # message, length plus one
                        """));
    }

    private static List<GoldenFrame> branches() {
        byte[] id = new BranchId(258, new byte[] {1, 2, 3}, new byte[] {(byte) 0xff}).toBytes();
        return List.of(
                new GoldenFrame(
                        new BranchPrepared(7, true),
                        """
                        00000004 c0 00      # length, type, flags
                        07 01               # requestId, readOnly
                        """),
                new GoldenFrame(
                        new BranchesRecovered(
                                7,
                                false,
                                List.of(
                                        new BranchesRecovered.Branch(300, id, null, 301, 1, 128),
                                        new BranchesRecovered.Branch(
                                                302,
                                                id,
                                                Resolution.HEURISTIC_ROLLBACK,
                                                303,
                                                0,
                                                2))),
                        """
                        0000002c c1 00                  # length, type, flags
                        07 00                           # requestId, atEnd
                        02                              # branches
                        ac02                            # number
                        0b 02 00000102 03010203 01ff    # transactionId
                        00 ad02                         # prepared, when
                        01 8001                         # messages, deliveries
                        ae02                            # number
                        0b 02 00000102 03010203 01ff    # transactionId
                        04 af02                         # rolled back by an administrator, when
                        00 02                           # messages, deliveries
                        """),
                new GoldenFrame(
                        new OutcomeTold(7, TransactionOutcome.ROLLED_BACK, "no"),
                        """
                        00000007 c2 00      # length, type, flags
                        07 01               # requestId, outcome
                        02 6e6f             # message
                        """));
    }
}
