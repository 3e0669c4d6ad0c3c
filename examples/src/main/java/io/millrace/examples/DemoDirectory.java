package io.millrace.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory in which the demo works: the broker's log, the result files, and a file that says
 * whose directory it is and whether the run is complete.
 *
 * <p>It deletes only what carries its own mark: {@code --data} may point anywhere by mistake.
 */
final class DemoDirectory {

    private static final String MARK = "earthquake-demo";
    private static final String RUNNING = "running";
    private static final String CLEARING = "clearing";
    private static final String COMPLETE = "complete";

    private final Settings settings;
    private final Path mark;

    DemoDirectory(Settings settings) {
        this.settings = settings;
        this.mark = settings.directory().resolve(MARK);
    }

    /** Gets the directory ready and says, in words, how the demo begins. */
    String prepare() {
        try {
            claim();
            if (says(CLEARING)) {
                clear(); // Interrupted while it did just that: what is left fits nothing.
            }
            boolean interrupted = Files.exists(settings.directory().resolve("results"));
            boolean startOver =
                    switch (settings.beginning()) {
                        case FRESH -> true;
                        case KEEP -> false;
                        case AUTOMATIC -> complete() && ownsBroker();
                    };
            if (startOver || inMemory()) {
                clear();
                return "Starting afresh";
            }
            if (complete()) {
                return "An earlier run is complete";
            }
            return interrupted ? "Going on where the last run was interrupted" : "Starting";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean complete() {
        return says(COMPLETE);
    }

    void markComplete() {
        say(COMPLETE);
    }

    private boolean says(String state) {
        try {
            return Files.readString(mark).strip().equals(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void say(String state) {
        try {
            Files.writeString(mark, state + '\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void claim() throws IOException {
        Path directory = settings.directory();
        Files.createDirectories(directory);
        if (Files.exists(mark)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                throw new IllegalArgumentException(
                        "Expected an empty directory or one of an earlier run, but "
                                + directory
                                + " is neither: choose another with --data");
            }
        }
        say(RUNNING);
    }

    private void clear() throws IOException {
        if (!ownsBroker()) {
            throw new IllegalArgumentException(
                    "Expected the demo's own broker for --fresh, but "
                            + settings.broker()
                            + " keeps what it has got: start it on an empty directory, and give the"
                            + " demo another --data");
        }
        say(CLEARING);
        for (String child : List.of("results", "broker")) {
            delete(settings.directory().resolve(child));
        }
        say(RUNNING);
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Whether the broker's messages live and die with this directory, or with this process. */
    private boolean ownsBroker() {
        return inMemory() || settings.broker().startsWith(settings.ownBroker());
    }

    private boolean inMemory() {
        return settings.broker().startsWith("millrace:mem:");
    }
}
