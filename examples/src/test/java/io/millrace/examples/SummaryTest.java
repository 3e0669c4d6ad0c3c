package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.ResultFile.Row;
import io.millrace.examples.Summary.Deliveries;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {

    private static final List<String> WORKERS = List.of("anna", "ben");

    private static final List<Quake> FEED = EarthquakeFeed.load();
    @TempDir Path directory;

    /** The figures that examples/check.py prints. */
    @Test
    void countsTheFeed() {
        assertEquals(
                new Figures(
                        1_707,
                        new BigDecimal("2616.39"),
                        "6.4, 22km NNE of Hualian, Taiwan",
                        39,
                        "573.76 km, 13km SSW of Ndoi Island, Fiji",
                        "DM13, 262 quakes"),
                Figures.of(FEED));
        assertEquals(new BigDecimal("1.5327"), Figures.of(FEED).magnitudeMean());
    }

    @Test
    void countsNothingWithoutFailing() {
        assertEquals(
                new Figures(0, BigDecimal.ZERO, "none", 0, "none", "none"), Figures.of(List.of()));
        assertEquals(0, Figures.of(List.of()).magnitudeMean().signum());
    }

    @Test
    void isExactWhenEverythingArrived() {
        arrive(FEED);
        Summary summary = summary();
        assertTrue(summary.exact(), summary::toString);
        assertEquals(Map.of("anna", 854, "ben", 853), summary.locatedByWorker());
        assertEquals(new Deliveries(0, 0, 0), summary.deliveries());
    }

    @Test
    void countsAJobOnceThoughItWentToTwoWorkers() {
        arrive(FEED);
        locate("ben", FEED.get(0), Arrival.REDELIVERED);
        Summary summary = summary();
        assertTrue(summary.exact(), summary::toString);
        assertEquals(1_707, summary.located());
        assertEquals(new Deliveries(1, 0, 0), summary.deliveries());
    }

    @Test
    void noticesAQuakeThatIsMissing() {
        arrive(FEED.subList(1, FEED.size()));
        assertFalse(summary().exact());
    }

    @Test
    void noticesASecondArrivalThatDoesNotSaySo() {
        arrive(FEED);
        locate("ben", FEED.get(0), Arrival.FIRST);
        assertFalse(summary().exact());
        assertEquals(new Deliveries(1, 1, 0), summary().deliveries());
    }

    @Test
    void tellsArrivalsApart() {
        assertEquals(
                new Deliveries(3, 0, 1),
                Deliveries.of(
                        List.of(
                                row("twice", Arrival.FIRST),
                                row("twice", Arrival.REDELIVERED),
                                row("thrice", Arrival.RESENT),
                                row("thrice", Arrival.FIRST),
                                row("thrice", Arrival.REDELIVERED),
                                row("needless", Arrival.REDELIVERED),
                                row("once", Arrival.FIRST))));
    }

    /** Writes the result files of a run in which these quakes arrived, each once. */
    private void arrive(List<Quake> quakes) {
        try (ResultFile archive = open("archive");
                ResultFile alerts = open("alerts");
                ResultFile anna = open("located-anna");
                ResultFile ben = open("located-ben")) {
            for (int n = 0; n < quakes.size(); n++) {
                Quake quake = quakes.get(n);
                archive.append(quake.id(), Arrival.FIRST, quake.json());
                if (quake.magnitude() >= 5) {
                    alerts.append(quake.id(), Arrival.FIRST);
                }
                (n % 2 == 0 ? anna : ben).append(quake.id(), Arrival.FIRST, square(quake));
            }
        }
    }

    private void locate(String worker, Quake quake, Arrival arrival) {
        try (ResultFile file = open("located-" + worker)) {
            file.append(quake.id(), arrival, square(quake));
        }
    }

    private Summary summary() {
        return Summary.of(settings(), WORKERS, FEED);
    }

    private ResultFile open(String name) {
        return ResultFile.open(settings().resultFile(name));
    }

    private Settings settings() {
        return Settings.parse(List.of("--data", directory.toString()));
    }

    private static Row row(String key, Arrival arrival) {
        return new Row(key, arrival, List.of());
    }

    private static String square(Quake quake) {
        return GridLocator.of(quake.latitude(), quake.longitude());
    }
}
