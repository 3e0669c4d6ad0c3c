package io.millrace.core.partition;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The settled bitmap of a subscription, for each message: in order, from several consumers, and
 * behind a message that stays. In the package of the class, which is nobody else's business.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SettledSequencesBenchmark {

    private static final int MESSAGES = 1_000;
    private static final int CONSUMERS = 8;

    private final SettledSequences inOrder = new SettledSequences(1);
    private final SettledSequences scattered = new SettledSequences(1);
    private SettledSequences behindOne = new SettledSequences(1);
    private long inOrderNext = 1;
    private long scatteredNext = 1;
    private long behindOneNext = 2;

    /** One range, as a single consumer settles. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long inOrder() {
        inOrder.add(inOrderNext, inOrderNext + MESSAGES - 1);
        inOrderNext += MESSAGES;
        return required(inOrder.lowMark(), inOrderNext);
    }

    /** One by one in strides, as several consumers of a queue settle. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long scattered() {
        for (int consumer = CONSUMERS - 1; consumer >= 0; consumer--) {
            for (int i = consumer; i < MESSAGES; i += CONSUMERS) {
                scattered.add(scatteredNext + i, scatteredNext + i);
            }
        }
        scatteredNext += MESSAGES;
        return required(scattered.lowMark(), scatteredNext);
    }

    /** The first message is never settled, so the bitmap grows; it begins anew at a million. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long behindOneThatStays() {
        if (behindOneNext > 1_000_000) {
            behindOne = new SettledSequences(1);
            behindOneNext = 2;
        }
        for (int i = 0; i < MESSAGES; i++) {
            behindOne.add(behindOneNext + i, behindOneNext + i);
        }
        behindOneNext += MESSAGES;
        return required(behindOne.lowMark(), 1);
    }

    private static long required(long lowMark, long expected) {
        if (lowMark != expected) {
            throw new IllegalStateException(
                    "Expected a low mark of %d, but it is %d".formatted(expected, lowMark));
        }
        return lowMark;
    }
}
