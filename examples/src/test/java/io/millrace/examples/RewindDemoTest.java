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

/** The demo that goes back in time, twice on one log. */
@Timeout(120)
class RewindDemoTest {

    @TempDir Path directory;

    @Test
    void everyOrderIsProcessedOnceInTheEnd() throws Exception {
        Settings settings = Settings.parse(List.of("--data", directory.toString()));
        for (int run = 0; run < 2; run++) {
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            boolean exact;
            try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
                exact = new RewindDemo(settings, out).run();
            }
            String text = printed.toString(StandardCharsets.UTF_8);
            assertTrue(exact, text);
            for (String line :
                    List.of(
                            "ordered               1000\n",
                            "processed             857\n",
                            "eaten by the bug      143\n",
                            "found by a dry run    143, the first is number ",
                            "rewound               143\n",
                            "marked as replays     143\n",
                            "processed in the end  1000\n",
                            "of which once         1000\n")) {
                assertTrue(text.contains(line), () -> "Expected " + line + "in\n" + text);
            }
        }
    }
}
