package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        ThreadCpu before = new ThreadCpu(Map.of("flusher", 10L));
        ThreadCpu after = new ThreadCpu(Map.of("flusher", 30L, "late", 5L));

        assertEquals(Map.of("flusher", 20L, "late", 5L), after.minus(before).nanosByThread());
        assertEquals(25, after.minus(before).totalNanos());
    }
}
