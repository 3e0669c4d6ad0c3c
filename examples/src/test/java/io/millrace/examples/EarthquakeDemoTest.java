package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a whole, on a broker in this process. */
@Timeout(120)
class EarthquakeDemoTest {

    @TempDir Path directory;

    @Test
    void endsWithTheFiguresOfTheFeed() throws Exception {
        String broker = "millrace:mem:earthquake-demo-test";
        Settings settings =
                Settings.parse(
                        List.of(
                                "--data",
                                directory.toString(),
                                "--broker",
                                broker,
                                "--pause",
                                "0"));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        boolean exact;
        try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            exact = new EarthquakeDemo(settings, out).run();
        }
        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(exact, text);
        assertShowsTheFigures(text);
        // Nothing crashed, so nothing came twice; the first job of a run always says it might.
        assertTrue(text.contains("arrived again         0,"), text);
        assertTrue(text.contains("marked needlessly     1\n"), text);
    }

    static void assertShowsTheFigures(String text) {
        for (String line :
                List.of(
                        "quakes archived       1707\n",
                        "sum of magnitudes     2616.39\n",
                        "magnitude 5 and more  39\n",
                        " = 1707\n",
                        "of which 0 did not say so\n",
                        "compared with feed    equal\n",
                        "how many in Alaska? 311\n")) {
            assertTrue(text.contains(line), () -> "Expected " + line + "in\n" + text);
        }
    }
}
