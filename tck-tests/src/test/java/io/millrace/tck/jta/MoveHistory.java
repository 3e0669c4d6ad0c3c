package io.millrace.tck.jta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What applications were told of the messages that they moved, one application after the other, in
 * a file that outlives them.
 */
final class MoveHistory {

    /** What is known of a message, newer knowledge last. */
    enum Event {
        SENT,
        /** Its transaction is about to be committed; with where the application dies meanwhile. */
        COMMITTING,
        COMMITTED,
        ROLLED_BACK
    }

    private final Path file;

    MoveHistory(Path file) {
        this.file = file;
    }

    void add(Event event, String text, HaltPoint point) throws IOException {
        // Whoever halts its JVM leaves the machine's page cache as it is.
        Files.writeString(
                file,
                event + " " + text + " " + point + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    void add(Event event, String text) throws IOException {
        add(event, text, HaltPoint.NOWHERE);
    }

    /** All that was ever sent. */
    Set<String> sent() throws IOException {
        Set<String> sent = new LinkedHashSet<>();
        for (String line : Files.readAllLines(file)) {
            sent.add(line.split(" ")[1]);
        }
        return sent;
    }

    /** Where the last application died. */
    HaltPoint lastPoint() throws IOException {
        HaltPoint point = HaltPoint.NOWHERE;
        for (String line : Files.readAllLines(file)) {
            HaltPoint each = HaltPoint.valueOf(line.split(" ")[2]);
            point = each == HaltPoint.NOWHERE ? point : each;
        }
        return point;
    }

    /** What has to be moved, once nothing is in doubt. */
    Set<String> committed() throws IOException {
        Map<String, Boolean> committedByText = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ");
            boolean committed =
                    switch (Event.valueOf(words[0])) {
                        case SENT, ROLLED_BACK -> false;
                        case COMMITTING -> HaltPoint.valueOf(words[2]).isCommitted();
                        case COMMITTED -> true;
                    };
            if (Boolean.TRUE.equals(committedByText.put(words[1], committed))
                    && Event.valueOf(words[0]) == Event.COMMITTING) {
                throw new IllegalStateException("Expected one move, but there is another: " + line);
            }
        }
        Set<String> committed = new TreeSet<>();
        committedByText.forEach(
                (text, is) -> {
                    if (is) {
                        committed.add(text);
                    }
                });
        return committed;
    }
}
