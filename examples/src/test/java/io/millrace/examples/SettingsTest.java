package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.Settings.Beginning;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void embedsABrokerBesideTheResultsUnlessToldOtherwise() {
        Settings settings = Settings.parse(List.of("--data", "some dir"));
        Path directory = Path.of("some dir").toAbsolutePath();
        assertEquals("millrace:file:" + directory.resolve("broker"), settings.broker());
        assertEquals(settings.ownBroker(), settings.broker());
        assertEquals(directory.resolve("results").resolve("a.tsv"), settings.resultFile("a"));
        assertEquals(Beginning.AUTOMATIC, settings.beginning());
    }

    @Test
    void readsOptionsAndWords() {
        String[] arguments = {
            "how", "--broker", "millrace:mem:a", "many", "--pause", "0", "--fresh"
        };
        Settings settings = Settings.parse(List.of(arguments));
        assertEquals("millrace:mem:a", settings.broker());
        assertEquals(Duration.ZERO, settings.pause());
        assertEquals(Beginning.FRESH, settings.beginning());
        assertEquals(List.of("how", "many"), settings.words());
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        refuses("--date", "--date");
        refuses("it ends", "--data");
        refuses("soon", "--pause", "soon");
    }

    private static void refuses(String complaint, String... arguments) {
        IllegalArgumentException refusal =
                assertThrows(
                        IllegalArgumentException.class, () -> Settings.parse(List.of(arguments)));
        assertTrue(String.valueOf(refusal.getMessage()).contains(complaint));
    }
}
