package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDirectoryTest {

    @TempDir Path directory;

    @Test
    void goesOnAfterAnInterruptedRun() throws IOException {
        interruptARun();
        assertTrue(prepare().startsWith("Going on"));
        assertTrue(Files.exists(result()));
    }

    @Test
    void startsOverAfterACompleteRun() throws IOException {
        interruptARun();
        directory().markComplete();
        assertEquals("Starting afresh", prepare());
        assertFalse(Files.exists(result()));
        assertFalse(directory().complete());
    }

    @Test
    void keepsACompleteRunWhenAsked() throws IOException {
        interruptARun();
        directory().markComplete();
        assertEquals("An earlier run is complete", prepare("--keep"));
        assertTrue(Files.exists(result()));
        assertTrue(directory().complete());
    }

    @Test
    void startsOverWhenAskedEvenAfterAnInterruptedRun() throws IOException {
        interruptARun();
        assertEquals("Starting afresh", prepare("--fresh"));
        assertFalse(Files.exists(result()));
    }

    @Test
    void startsOverWithABrokerInMemory() throws IOException {
        interruptARun();
        assertEquals("Starting afresh", prepare("--broker", "millrace:mem:a"));
        assertFalse(Files.exists(result()));
    }

    @Test
    void cannotClearABrokerThatRunsElsewhere() throws IOException {
        interruptARun();
        assertThrows(
                IllegalArgumentException.class,
                () -> prepare("--fresh", "--broker", "millrace://localhost:5670"));
        assertTrue(Files.exists(result()));
    }

    @Test
    void goesOnClearingWhenItWasInterruptedInThat() throws IOException {
        interruptARun();
        Files.writeString(directory.resolve("earthquake-demo"), "clearing\n");
        assertEquals("Starting", prepare());
        assertFalse(Files.exists(result()));
    }

    @Test
    void touchesNoDirectoryThatIsNotItsOwn() throws IOException {
        Files.createDirectories(result());
        assertThrows(IllegalArgumentException.class, () -> prepare("--fresh"));
        assertTrue(Files.exists(result()));
    }

    private void interruptARun() throws IOException {
        assertEquals("Starting", prepare());
        Files.createDirectories(result());
    }

    private Path result() {
        return directory.resolve("results").resolve("some");
    }

    private String prepare(String... options) {
        return directory(options).prepare();
    }

    private DemoDirectory directory(String... options) {
        List<String> arguments = new ArrayList<>(List.of("--data", directory.toString()));
        arguments.addAll(List.of(options));
        return new DemoDirectory(Settings.parse(arguments));
    }
}
