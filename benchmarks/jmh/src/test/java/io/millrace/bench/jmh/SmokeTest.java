package io.millrace.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark runs for some milliseconds in this JVM; its figures mean nothing. */
class SmokeTest {

    @Test
    void eachBenchmarkRuns() throws RunnerException {
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .forks(0)
                                        .warmupIterations(0)
                                        .measurementIterations(1)
                                        .measurementTime(TimeValue.milliseconds(5))
                                        .shouldFailOnError(true)
                                        .verbosity(VerboseMode.SILENT)
                                        .build())
                        .run();

        Set<String> benchmarks =
                results.stream()
                        .map(result -> result.getParams().getBenchmark())
                        .map(
                                name ->
                                        name.substring(
                                                name.lastIndexOf('.', name.lastIndexOf('.') - 1)
                                                        + 1))
                        .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "FrameBenchmark.writeSendOf450",
                        "FrameBenchmark.readSendOf450",
                        "FrameBenchmark.writeSettle",
                        "FrameBenchmark.readSettle",
                        "MessageBenchmark.makeAndEncode",
                        "MessageBenchmark.decodeAndReadBody",
                        "PartitionBenchmark.sendAndSettle",
                        "LogBenchmark.appendAndAwait",
                        "LogBenchmark.appendEightInFlight",
                        "SettledSequencesBenchmark.inOrder",
                        "SettledSequencesBenchmark.scattered",
                        "SettledSequencesBenchmark.behindOneThatStays"),
                benchmarks);
        // Two sizes of messages, two of batches, two sizes and two kinds of log.
        assertEquals(4 + 2 * 2 + 2 + 2 * 2 * 2 + 3, results.size());
    }
}
