package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RateSeriesTest {

    private long count;
    private long nanos = System.nanoTime();
    private final RateSeries series = new RateSeries(() -> count, nanos);

    @Test
    void isSteadyWhenTheLastFourSecondsAreAlike() {
        seconds(100, 500, 1_000, 1_050, 1_100, 1_000);

        assertTrue(series.steady());
    }

    @Test
    void isNotSteadyWhileTheRateGrows() {
        seconds(1_000, 1_100, 1_200, 1_300);

        assertFalse(series.steady());
    }

    @Test
    void isNotSteadyBeforeFourSeconds() {
        seconds(1_000, 1_000, 1_000);

        assertFalse(series.steady());
    }

    @Test
    void takesTheRateOverTheWholeTime() {
        seconds(1_000, 2_000, 0);

        assertEquals(3_000, series.count());
        assertEquals(1_000.0, series.perSecond());
        assertEquals(0.0, series.slowestSecond());
        assertEquals(2_000.0, series.fastestSecond());
    }

    private void seconds(long... counts) {
        for (long more : counts) {
            count += more;
            nanos += 1_000_000_000L;
            series.sample(nanos);
        }
    }
}
