package io.millrace.bench.jmh;

import io.millrace.wire.ClientFrame;
import io.millrace.wire.FrameReader;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.Outcome;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.WireOutput;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Frames to bytes and back: a batch of 64 KiB, and a settlement of one range. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameBenchmark {

    private static final int MESSAGES = 450;
    private static final int BODY_BYTES = 100;
    private static final int LENGTH_BYTES = 4;

    private final byte[] batch = Batches.encoded(MESSAGES, BODY_BYTES);
    private final TrafficFrame.Send send =
            new TrafficFrame.Send(1, 7, 42, new MessageBatch(batch, 0, batch.length));
    private final byte[] sendBytes = send.encoded();
    private final TrafficFrame.Settle settle =
            new TrafficFrame.Settle(
                    3,
                    1_000,
                    7,
                    Outcome.ACCEPTED,
                    new byte[0],
                    SequenceRanges.of(1_000, 1_450),
                    false,
                    null,
                    1);
    private final byte[] settleBytes = settle.encoded();
    private final WireOutput output = new WireOutput(sendBytes.length);

    @Benchmark
    public int writeSendOf450() {
        output.reset();
        send.encode(output);
        return output.size();
    }

    /** With the check of each message's lengths that the broker makes. */
    @Benchmark
    public MessageBatch readSendOf450() {
        ClientFrame frame =
                FrameReader.clientFrame(sendBytes, LENGTH_BYTES, sendBytes.length - LENGTH_BYTES);
        MessageBatch read = ((TrafficFrame.Send) frame).batch();
        read.validate();
        return read;
    }

    @Benchmark
    public int writeSettle() {
        output.reset();
        settle.encode(output);
        return output.size();
    }

    @Benchmark
    public ClientFrame readSettle() {
        return FrameReader.clientFrame(
                settleBytes, LENGTH_BYTES, settleBytes.length - LENGTH_BYTES);
    }
}
