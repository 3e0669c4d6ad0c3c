package io.millrace.wire;

import static io.millrace.wire.GoldenFrame.ID;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One golden frame for each that a client can send. */
final class GoldenClientFrames {

    /** Two messages; the first with one byte of headers and a body of two, the second empty. */
    static final String BATCH =
            """
            01                                  # codec version
            00                                  # flags
            00112233445566778899aabbccddeeff    # producer id
            0000000000000005                    # first producer sequence
            00000000000003e8                    # base time
            00000002                            # count
            00                                  # transaction id: none
            0000002b 0011 04 02                 # length, PERSISTENT and HAS_TYPE, priority, body type
            fffffffe 00000000                   # time-stamp delta -2, group hash
            0000000000000000 0000000000000009   # expiration, delivery time
            00000029 00000029                   # properties at, body at
            00                                  # JMSType, empty
            6869                                # body
            00000028 0000 09 00                 # length, flags, priority, body type
            00000003 00000007                   # time-stamp delta, group hash
            000000000000000a 0000000000000000   # expiration, delivery time
            00000028 00000028                   # properties at, body at
            """;

    private GoldenClientFrames() {}

    static List<GoldenFrame> all() {
        List<GoldenFrame> all = new ArrayList<>(connection());
        all.addAll(destinations());
        all.addAll(subscriptions());
        all.addAll(producers());
        all.addAll(consumers());
        all.addAll(browsers());
        all.addAll(transactions());
        all.addAll(outcomes());
        all.addAll(branches());
        all.addAll(decisions());
        return all;
    }

    private static List<GoldenFrame> connection() {
        return List.of(
                new GoldenFrame(
                        new ControlFrame.Hello(1, 0xfffe, ID, true, "cp", "PLAIN", utf8("\0u\0p")),
                        """
                        00000025 01 00                      # length, type, flags
                        0001 fffe                           # minVersion, maxVersion
                        00112233445566778899aabbccddeeff    # connectionId
                        01                                  # resuming
                        02 6370                             # clientProduct
                        05 504c41494e                       # mechanism
                        04 00750070                         # initialResponse
                        """),
                new GoldenFrame(
                        new ControlFrame.Authenticate(new byte[] {7, -1}),
                        """
                        00000005 02 00      # length, type, flags
                        02 07ff             # response
                        """),
                new GoldenFrame(
                        new ControlFrame.Ping(-2),
                        """
                        0000000a 03 00      # length, type, flags
                        fffffffffffffffe    # token
                        """),
                new GoldenFrame(
                        new ControlFrame.Goodbye(300),
                        """
                        00000004 04 00      # length, type, flags
                        ac02                # requestId
                        """),
                new GoldenFrame(
                        new ControlFrame.ClaimClientId(1, "café"),
                        """
                        00000009 10 00      # length, type, flags
                        01                  # requestId
                        05 636166c3a9       # clientId
                        """));
    }

    private static List<GoldenFrame> destinations() {
        return List.of(
                new GoldenFrame(
                        new ControlFrame.ResolveDestination(2, DestinationKind.TOPIC, "t"),
                        """
                        00000006 11 00      # length, type, flags
                        02                  # requestId
                        01                  # kind
                        01 74               # name
                        """),
                new GoldenFrame(
                        new ControlFrame.CreateTemporary(3, DestinationKind.TEMPORARY_QUEUE, "tmp"),
                        """
                        00000008 12 00      # length, type, flags
                        03                  # requestId
                        02                  # kind
                        03 746d70           # name
                        """),
                new GoldenFrame(
                        new ControlFrame.DeleteTemporary(4, 1, 1L << 40),
                        """
                        0000000a 13 00      # length, type, flags
                        04                  # requestId
                        01                  # partition
                        808080808020        # destinationId
                        """));
    }

    private static List<GoldenFrame> subscriptions() {
        return List.of(
                new GoldenFrame(
                        new ControlFrame.Subscribe(
                                5, DestinationKind.TOPIC, "t", "n", true, false, "a", true, 9),
                        """
                        0000000e 14 00      # length, type, flags
                        05                  # requestId
                        01                  # kind
                        01 74               # topic
                        02 6e               # name, length plus one
                        01 00               # durable, shared
                        02 61               # selector, length plus one
                        01                  # noLocal
                        09                  # token
                        """),
                new GoldenFrame(
                        new ControlFrame.Unsubscribe(6, "n"),
                        """
                        00000005 15 00      # length, type, flags
                        06                  # requestId
                        01 6e               # name
                        """),
                new GoldenFrame(
                        new ControlFrame.Rewind(
                                6,
                                DestinationKind.TOPIC,
                                "t",
                                "n",
                                "c",
                                RewindFrom.TIME,
                                300,
                                "a",
                                true),
                        """
                        00000010 16 00      # length, type, flags
                        06                  # requestId
                        01                  # kind
                        01 74               # destination
                        02 6e               # subscription, length plus one
                        02 63               # clientId, length plus one
                        02 ac02             # from, value
                        02 61               # selector, length plus one
                        01                  # dryRun
                        """));
    }

    private static List<GoldenFrame> producers() {
        byte[] batch = GoldenFrame.parse(BATCH);
        return List.of(
                new GoldenFrame(
                        new TrafficFrame.OpenProducer(1, 2, ID, false, 300),
                        """
                        00000017 20 00                      # length, type, flags
                        01 02                               # handle, partition
                        00112233445566778899aabbccddeeff    # producerId
                        00                                  # resuming
                        ac02                                # added: requestId
                        """),
                new GoldenFrame(
                        new TrafficFrame.CloseProducer(128),
                        """
                        00000004 21 00      # length, type, flags
                        8001                # handle
                        """),
                new GoldenFrame(
                        new TrafficFrame.Send(1, 7, 300, new MessageBatch(batch, 0, batch.length)),
                        """
                        00000080 22 00      # length, type, flags
                        01 07 ac02          # handle, epoch, destinationId
                        """
                                + BATCH));
    }

    private static List<GoldenFrame> consumers() {
        SequenceRanges three = new SequenceRanges.Builder().add(1, 1).add(3, 300).build();
        return List.of(
                new GoldenFrame(
                        new TrafficFrame.Attach(
                                8,
                                1,
                                2,
                                300,
                                100,
                                65_536,
                                7,
                                three,
                                SequenceRanges.EMPTY,
                                SequenceRanges.of(5, 5),
                                "a",
                                SequenceRanges.EMPTY),
                        """
                        00000018 30 00      # length, type, flags
                        08 01 02 ac02       # requestId, consumerId, partition, subscriptionId
                        64 808004           # creditMessages, creditBytes
                        07                  # epoch
                        02 0100 02a902      # settled: 1, 3-300
                        00                  # held: none
                        01 0500             # released: 5
                        02 61               # added: selector, length plus one
                        """),
                new GoldenFrame(
                        new TrafficFrame.Detach(9, 1, SequenceRanges.of(128, 255), 2),
                        """
                        00000009 31 00      # length, type, flags
                        09 01               # requestId, consumerId
                        01 8001 7f          # held: 128-255
                        02                  # added: partition, unless it is 1
                        """),
                new GoldenFrame(
                        new TrafficFrame.Credit(1, 0, 128, true, false, 2),
                        """
                        00000009 32 00      # length, type, flags
                        01 00 8001          # consumerId, messages, bytes
                        01 00               # drain, paused
                        02                  # added: partition, unless it is 1
                        """),
                new GoldenFrame(
                        new TrafficFrame.Settle(
                                1, 2, 7, Outcome.NEVER_GIVEN, new byte[] {9}, three, true, "ab", 2),
                        """
                        00000013 33 00      # length, type, flags
                        01 02 07            # consumerId, settleId, epoch
                        02                  # outcome
                        01 09               # transactionId
                        02 0100 02a902      # sequences: 1, 3-300
                        01                  # awaited
                        03 6162             # added: why
                        02                  # added: partition, unless it is 1
                        """));
    }

    private static List<GoldenFrame> browsers() {
        return List.of(
                new GoldenFrame(
                        new TrafficFrame.Browse(8, 1, 300, 128, 0, 65_536, "a"),
                        """
                        0000000e 34 00      # length, type, flags
                        08 01 ac02          # requestId, partition, subscriptionId
                        8001                # position
                        00 808004           # messages, bytes
                        02 61               # selector, length plus one
                        """));
    }

    private static List<GoldenFrame> transactions() {
        byte[] id = new TransactionId(ID, 5).toBytes();
        return List.of(
                new GoldenFrame(
                        new TransactionFrame.Commit(
                                7,
                                1,
                                id,
                                300,
                                List.of(
                                        new TransactionFrame.Settlement(
                                                3, 300, SequenceRanges.of(5, 6)),
                                        new TransactionFrame.Settlement(
                                                4, 1, SequenceRanges.of(1, 1))),
                                PartitionSet.of(List.of(2, 3))),
                        """
                        0000002f 40 00                          # length, type, flags
                        07 01                                   # requestId, partition
                        19 01 00112233445566778899aabbccddeeff  # transactionId: length, kind, session
                        0000000000000005                        # its number
                        ac02                                    # messages
                        02                                      # settlements
                        03 ac02 01 0501                         # consumer 3, subscription 300: 5-6
                        04 01 01 0100                           # consumer 4, subscription 1: 1
                        02 02 03                                # added: participants 2 and 3
                        """),
                new GoldenFrame(
                        new TransactionFrame.PreparePart(
                                7,
                                2,
                                id,
                                1,
                                300,
                                List.of(
                                        new TransactionFrame.Settlement(
                                                3, 300, SequenceRanges.of(5, 6)),
                                        new TransactionFrame.Settlement(
                                                4, 1, SequenceRanges.of(1, 1)))),
                        """
                        0000002d 48 00                          # length, type, flags
                        07 02                                   # requestId, partition
                        19 01 00112233445566778899aabbccddeeff  # transactionId: length, kind, session
                        0000000000000005                        # its number
                        01                                      # coordinator
                        ac02                                    # messages
                        02                                      # settlements
                        03 ac02 01 0501                         # consumer 3, subscription 300: 5-6
                        04 01 01 0100                           # consumer 4, subscription 1: 1
                        """));
    }

    private static List<GoldenFrame> outcomes() {
        byte[] id = new TransactionId(ID, 5).toBytes();
        return List.of(
                new GoldenFrame(
                        new TransactionFrame.Rollback(1, id),
                        """
                        0000001d 41 00                          # length, type, flags
                        01                                      # partition
                        19 01 00112233445566778899aabbccddeeff  # transactionId: length, kind, session
                        0000000000000005                        # its number
                        """),
                new GoldenFrame(
                        new TransactionFrame.AskOutcome(7, 1, id),
                        """
                        0000001e 49 00                          # length, type, flags
                        07 01                                   # requestId, partition
                        19 01 00112233445566778899aabbccddeeff  # transactionId: length, kind, session
                        0000000000000005                        # its number
                        """));
    }

    /** {@link BranchIdTest} says what its bytes are. */
    private static final BranchId BRANCH =
            new BranchId(258, new byte[] {1, 2, 3}, new byte[] {(byte) 0xff});

    private static List<GoldenFrame> branches() {
        byte[] id = BRANCH.toBytes();
        return List.of(
                new GoldenFrame(
                        new BranchFrame.Join(7, 300, 1, id, true, 30_000),
                        """
                        00000016 42 00                  # length, type, flags
                        07 ac02 01                      # requestId, handle, partition
                        0b 02 00000102 03010203 01ff    # transactionId
                        01 b0ea01                       # fresh, timeoutMillis
                        """),
                new GoldenFrame(
                        new BranchFrame.Leave(
                                7,
                                300,
                                1,
                                id,
                                301,
                                false,
                                List.of(
                                        new TransactionFrame.Settlement(
                                                3, 300, SequenceRanges.of(5, 6)),
                                        new TransactionFrame.Settlement(
                                                4, 1, SequenceRanges.of(1, 1))),
                                PartitionSet.of(List.of(2))),
                        """
                        00000023 43 00                  # length, type, flags
                        07 ac02 01                      # requestId, handle, partition
                        0b 02 00000102 03010203 01ff    # transactionId
                        ad02 00                         # messages, failed
                        02                              # settlements
                        03 ac02 01 0501                 # consumer 3, subscription 300: 5-6
                        04 01 01 0100                   # consumer 4, subscription 1: 1
                        01 02                           # added: partitions: 2
                        """));
    }

    private static List<GoldenFrame> decisions() {
        byte[] id = BRANCH.toBytes();
        return List.of(
                new GoldenFrame(
                        new BranchFrame.Prepare(7, 1, id, 3),
                        """
                        00000011 44 00                  # length, type, flags
                        07 01                           # requestId, partition
                        0b 02 00000102 03010203 01ff    # transactionId
                        03                              # coordinator
                        """),
                new GoldenFrame(
                        new BranchFrame.Resolve(
                                7,
                                1,
                                id,
                                Resolution.COMMIT_ONE_PHASE,
                                PartitionSet.of(List.of(2, 3))),
                        """
                        00000014 45 00                  # length, type, flags
                        07 01                           # requestId, partition
                        0b 02 00000102 03010203 01ff    # transactionId
                        02                              # resolution
                        02 02 03                        # added: participants 2 and 3
                        """),
                new GoldenFrame(
                        new BranchFrame.Forget(7, 1, id),
                        """
                        00000010 46 00                  # length, type, flags
                        07 01                           # requestId, partition
                        0b 02 00000102 03010203 01ff    # transactionId
                        """),
                new GoldenFrame(
                        new BranchFrame.Recover(7, 1, 300, 128),
                        """
                        00000008 47 00                  # length, type, flags
                        07 01                           # requestId, partition
                        ac02 8001                       # after, most
                        """));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
