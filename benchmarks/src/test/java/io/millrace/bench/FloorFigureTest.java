package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class FloorFigureTest {

    @Test
    void theMedianOfRatesHasNoLatency() {
        FloorFigure median =
                FloorFigure.median(
                        List.of(
                                FloorFigure.rate(30_000),
                                FloorFigure.rate(10_000),
                                FloorFigure.rate(20_000)));

        assertEquals("20,000/s", median.line());
    }

    @Test
    void latenciesComeFromTheHistogram() {
        Histogram nanos = new Histogram(3);
        for (int micros = 1; micros <= 100; micros++) {
            nanos.recordValue(micros * 1_000L);
        }

        FloorFigure figure = FloorFigure.latencies(nanos, 2);

        assertEquals(50, figure.perSecond());
        assertEquals("p50 50 us, p99 99 us", figure.line());
    }

    @Test
    void eachFigureHasAMedianOfItsOwn() {
        FloorFigure median =
                FloorFigure.median(
                        List.of(
                                new FloorFigure(1, 300, 10),
                                new FloorFigure(2, 100, 30),
                                new FloorFigure(3, 200, 20)));

        assertEquals(new FloorFigure(2, 200, 20), median);
    }
}
