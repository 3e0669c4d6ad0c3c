package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every frame has the bytes it always had, and no others get past the reader. */
class GoldenFrameTest {

    static List<GoldenFrame> all() {
        List<GoldenFrame> all = new ArrayList<>(GoldenClientFrames.all());
        all.addAll(GoldenBrokerFrames.all());
        return all;
    }

    @Test
    void everyFrameHasGoldenBytes() {
        Set<String> golden = all().stream().map(GoldenFrame::toString).collect(Collectors.toSet());
        Set<String> known = new TreeSet<>();
        for (Class<?> family :
                List.of(
                        ControlFrame.class,
                        TrafficFrame.class,
                        TransactionFrame.class,
                        BranchFrame.class,
                        BrokerFrame.class,
                        TransactionAnswer.class)) {
            for (Class<?> frame : family.getPermittedSubclasses()) {
                if (!frame.isSealed()) {
                    known.add(frame.getSimpleName());
                }
            }
        }
        assertEquals(known, new TreeSet<>(golden));
    }

    @ParameterizedTest
    @MethodSource("all")
    void isWrittenAsTheseBytes(GoldenFrame golden) {
        HexFormat format = HexFormat.of();
        assertEquals(format.formatHex(golden.bytes()), format.formatHex(golden.frame().encoded()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void isReadBackWithTheSameFields(GoldenFrame golden) {
        Frame read = golden.read(golden.body());
        assertEquals(FrameFields.of(golden.frame()), FrameFields.of(read));
        assertArrayEquals(golden.bytes(), read.encoded());
    }

    @ParameterizedTest
    @MethodSource("all")
    void isReadFromTheMiddleOfAnArray(GoldenFrame golden) {
        byte[] body = golden.body();
        byte[] wider = new byte[body.length + 20];
        Arrays.fill(wider, (byte) 0xee);
        System.arraycopy(body, 0, wider, 7, body.length);
        Frame read = GoldenFrame.read(golden.frame() instanceof ClientFrame, wider, 7, body.length);
        assertEquals(FrameFields.of(golden.frame()), FrameFields.of(read));
    }

    @ParameterizedTest
    @MethodSource("all")
    void isRefusedWhereverItIsCut(GoldenFrame golden) {
        byte[] body = golden.body();
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            if (golden.olderLengths().contains(length)) {
                assertDoesNotThrow(() -> golden.read(cut), "the form before fields were added");
                continue;
            }
            assertThrows(
                    WireFormatException.class,
                    () -> golden.read(cut),
                    golden + " cut after " + length + " bytes");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void bytesBehindTheLastFieldAreIgnored(GoldenFrame golden) {
        byte[] body = golden.body();
        byte[] longer = Arrays.copyOf(body, body.length + 3);
        longer[body.length] = (byte) 0xff;
        if (golden.frame() instanceof TrafficFrame.Send) {
            // Its batch reaches to the end of the frame.
            assertThrows(WireFormatException.class, () -> golden.read(longer));
        } else if (!(golden.frame() instanceof BrokerFrame.Deliver
                || golden.frame() instanceof TrafficFrame.Attach
                || golden.frame() instanceof ControlFrame.Subscribe)) {
            // More may follow those: their tests are below.
            assertEquals(FrameFields.of(golden.frame()), FrameFields.of(golden.read(longer)));
        }
    }

    @Test
    void theReasonOfASettlementHasALimit() {
        int limit = TrafficFrame.Settle.MAX_WHY;
        for (String longest : List.of("x".repeat(limit), "\u20ac".repeat(limit))) {
            assertEquals(longest, settle(longest).why());
        }
        WireFormatException refused =
                assertThrows(WireFormatException.class, () -> settle("x".repeat(limit + 1)));
        assertEquals(
                "Expected why of at most 500 characters, but it has 501", refused.getMessage());
    }

    private static TrafficFrame.Settle settle(String why) {
        byte[] body =
                new TrafficFrame.Settle(
                                1,
                                2,
                                7,
                                Outcome.RELEASED,
                                new byte[0],
                                SequenceRanges.of(1, 1),
                                true,
                                why,
                                1)
                        .encoded();
        return (TrafficFrame.Settle)
                FrameReader.clientFrame(body, Integer.BYTES, body.length - Integer.BYTES);
    }

    @Test
    void anAttachOfAnOlderClientHasNoSelector() {
        GoldenFrame golden =
                all().stream()
                        .filter(each -> each.frame() instanceof TrafficFrame.Attach)
                        .findFirst()
                        .orElseThrow();
        byte[] older = Arrays.copyOf(golden.body(), golden.olderLength());
        TrafficFrame.Attach expected = (TrafficFrame.Attach) golden.frame();
        TrafficFrame.Attach read = (TrafficFrame.Attach) golden.read(older);
        assertEquals(null, read.selector());
        assertEquals(expected.released(), read.released());
    }

    /** A broker that does not know where it begins finds the other fields as they always were. */
    @Test
    void aSubscribeEndsInWhereItBegins() {
        byte[] now =
                new ControlFrame.Subscribe(
                                5, DestinationKind.QUEUE, "q", null, false, false, null, false, 9)
                        .encoded();
        ControlFrame.Subscribe before =
                new ControlFrame.Subscribe(
                        5,
                        DestinationKind.QUEUE,
                        "q",
                        null,
                        false,
                        false,
                        null,
                        false,
                        9,
                        RewindFrom.TIME,
                        300);
        byte[] encoded = before.encoded();
        HexFormat format = HexFormat.of();
        // Length, and behind all: from, value.
        assertEquals(
                "0000000f" + format.formatHex(now, 4, now.length) + "02ac02",
                format.formatHex(encoded));
        assertEquals(
                FrameFields.of(before),
                FrameFields.of(FrameReader.clientFrame(encoded, 4, encoded.length - 4)));
        encoded[encoded.length - 3] = 9;
        assertThrows(
                WireFormatException.class,
                () -> FrameReader.clientFrame(encoded, 4, encoded.length - 4));
    }

    /** Nothing changes for what is at the first partition, for whoever knows only that. */
    @Test
    void theFirstPartitionIsNotWritten() {
        byte[] first = new TrafficFrame.Credit(1, 0, 128, true, false, 1).encoded();
        byte[] second = new TrafficFrame.Credit(1, 0, 128, true, false, 2).encoded();
        HexFormat format = HexFormat.of();
        // Length, and behind all: the partition.
        assertEquals(
                "00000009" + format.formatHex(first, 4, first.length) + "02",
                format.formatHex(second));
        TrafficFrame.Credit read =
                (TrafficFrame.Credit) FrameReader.clientFrame(first, 4, first.length - 4);
        assertEquals(1, read.partition());
    }

    /** A broker that knows nothing of replays finds the other fields as they always were. */
    @Test
    void anAttachEndsInItsReplays() {
        TrafficFrame.Attach golden =
                (TrafficFrame.Attach)
                        all().stream()
                                .filter(each -> each.frame() instanceof TrafficFrame.Attach)
                                .findFirst()
                                .orElseThrow()
                                .frame();
        TrafficFrame.Attach withReplays =
                new TrafficFrame.Attach(
                        golden.requestId(),
                        golden.consumerId(),
                        golden.partition(),
                        golden.subscriptionId(),
                        golden.creditMessages(),
                        golden.creditBytes(),
                        golden.epoch(),
                        golden.settled(),
                        golden.held(),
                        golden.released(),
                        golden.selector(),
                        SequenceRanges.of(3, 4));
        HexFormat format = HexFormat.of();
        byte[] plain = golden.encoded();
        byte[] encoded = withReplays.encoded();
        // Length, and behind all: one range, 3 to 4.
        assertEquals(
                "0000001b" + format.formatHex(plain, 4, plain.length) + "010301",
                format.formatHex(encoded));
        assertEquals(
                FrameFields.of(withReplays),
                FrameFields.of(FrameReader.clientFrame(encoded, 4, encoded.length - 4)));
    }

    /** A reader that knows nothing of replays finds the runs as they always were. */
    @Test
    void replaysStandBehindTheRuns() {
        List<DeliveredRun> runs = GoldenBrokerFrames.RUNS;
        List<DeliveredRun> marked = List.of(runs.get(0), runs.get(1).replayed());
        byte[] plain = new BrokerFrame.Deliver(1, 7, runs).encoded();
        byte[] withReplays = new BrokerFrame.Deliver(1, 7, marked).encoded();
        HexFormat format = HexFormat.of();
        // Length, and behind all: one range of run numbers, 1 to 1.
        assertEquals(
                "0000004b" + format.formatHex(plain, 4, plain.length) + "010100",
                format.formatHex(withReplays));
        BrokerFrame.Deliver read =
                (BrokerFrame.Deliver)
                        FrameReader.brokerFrame(withReplays, 4, withReplays.length - 4);
        assertEquals(List.of(false, true), read.runs().stream().map(DeliveredRun::replay).toList());
        assertEquals(FrameFields.of(new BrokerFrame.Deliver(1, 7, marked)), FrameFields.of(read));
        byte[] longer = Arrays.copyOf(withReplays, withReplays.length + 3);
        assertEquals(
                FrameFields.of(read),
                FrameFields.of(FrameReader.brokerFrame(longer, 4, longer.length - 4)));
        withReplays[withReplays.length - 2] = 2;
        assertThrows(
                WireFormatException.class,
                () -> FrameReader.brokerFrame(withReplays, 4, withReplays.length - 4));
    }

    @ParameterizedTest
    @MethodSource("all")
    void isRefusedWithAnyFlag(GoldenFrame golden) {
        byte[] body = golden.body();
        for (int flags = 1; flags < 256; flags++) {
            body[1] = (byte) flags;
            assertThrows(WireFormatException.class, () -> golden.read(body));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unknownTypesAreRefused(boolean client) {
        Set<Integer> known =
                (client ? GoldenClientFrames.all() : GoldenBrokerFrames.all())
                        .stream().map(each -> each.frame().type()).collect(Collectors.toSet());
        for (int type = 0; type < 256; type++) {
            byte[] body = new byte[200];
            body[0] = (byte) type;
            if (!known.contains(type)) {
                WireFormatException refused =
                        assertThrows(
                                WireFormatException.class,
                                () -> GoldenFrame.read(client, body, 0, body.length));
                assertEquals(
                        true, String.valueOf(refused.getMessage()).contains("but its type is 0x"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void damagedBytesGiveAFrameOrAFormatException(GoldenFrame golden) {
        Random random = new Random(golden.frame().type());
        byte[] body = golden.body();
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = Arrays.copyOf(body, body.length - random.nextInt(2));
            for (int hits = 1 + random.nextInt(4); hits > 0 && damaged.length > 2; hits--) {
                damaged[2 + random.nextInt(damaged.length - 2)] = (byte) random.nextInt();
            }
            assertDoesNotThrow(
                    () -> {
                        try {
                            golden.read(damaged).encoded();
                        } catch (WireFormatException refused) {
                            // One of the two answers that are allowed.
                        }
                    },
                    () -> HexFormat.of().formatHex(damaged));
        }
    }
}
