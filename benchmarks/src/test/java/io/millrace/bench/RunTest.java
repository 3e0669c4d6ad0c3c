package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bench.ThreadCpu.Time;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunTest {

    @Test
    void takesTheMiddleOfAnOddNumberAndTheMeanOfTheMiddleTwoOfAnEven() {
        assertEquals(2, Run.median(new double[] {9, 1, 2}));
        assertEquals(1.5, Run.median(new double[] {9, 1, 2, 0}));
    }

    @Test
    void countsTheProcessorTimeOfAThreadThatBeganLaterInFull() {
        ThreadCpu before = new ThreadCpu(Map.of("flusher", new Time(10, 1)));
        ThreadCpu after = new ThreadCpu(Map.of("flusher", new Time(30, 2), "late", new Time(5, 0)));

        ThreadCpu between = after.minus(before);

        assertEquals(
                Map.of("flusher", new Time(20, 1), "late", new Time(5, 0)), between.timeByThread());
        assertEquals(26, between.totalNanos());
        assertEquals("flusher", between.busiest(1).get(0).getKey());
    }
}
