package io.millrace.server.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/CONFIGURATION.md} is what the keys say. Run with {@code -Dconfiguration.write=true}
 * to write it anew.
 */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "docs", "CONFIGURATION.md");

    @Test
    void isWhatTheKeysSay() throws IOException {
        if (Boolean.getBoolean("configuration.write")) {
            Files.writeString(PAGE, ConfigurationPage.text());
        }
        assertEquals(ConfigurationPage.text(), Files.readString(PAGE));
    }
}
