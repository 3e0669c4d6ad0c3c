package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.bench.ThreadCpu.Time;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasurementTest {

    @Test
    void arrivesAsItWasPrinted() {
        ThreadCpu cpu = new ThreadCpu(Map.of("a", new Time(1, 2), "b c", new Time(3, 4)));
        Measurement measurement =
                new Measurement(
                        1234.5,
                        1000.0,
                        1500.0,
                        12_345,
                        1_000,
                        11_000,
                        250.5,
                        990.5,
                        5000.5,
                        8,
                        true,
                        20_000,
                        1,
                        "Expected message 2, but 3 arrived",
                        "filled 10 messages, 5/s",
                        cpu);

        assertEquals(measurement, Measurement.parse(measurement.toText().lines().toList()));
    }

    @Test
    void refusesADriverThatPrintedNoResult() {
        assertThrows(IllegalArgumentException.class, () -> Measurement.parse(List.of("measuring")));
    }
}
