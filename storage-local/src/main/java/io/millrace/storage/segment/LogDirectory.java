package io.millrace.storage.segment;

import io.millrace.storage.file.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The files of one log and their names.
 *
 * <pre>
 *   00000000000000000000.segment   a segment; the number is its base offset
 *   00000000000000000000.footer    its footer, when that did not fit behind its last entry
 *   spare-000001.free              a file that a later segment will use
 *   spare-000001.new               one that is being prepared (deleted at the next opening)
 *   checkpoint-0000000001          a checkpoint; the number only counts
 *   checkpoint.tmp                 one that is being written (deleted at the next opening)
 *   epoch                          the highest epoch that was claimed here, as text
 *   lock                           held while the log is open; says by whom
 * </pre>
 */
record LogDirectory(Disk disk, Path path) {

    static final String SEGMENT_SUFFIX = ".segment";
    static final String FOOTER_SUFFIX = ".footer";
    static final String SPARE_PREFIX = "spare-";
    static final String SPARE_SUFFIX = ".free";
    static final String NEW_SUFFIX = ".new";
    static final String CHECKPOINT_PREFIX = "checkpoint-";
    static final String TEMPORARY_SUFFIX = ".tmp";

    static final long NO_NUMBER = -1;

    private static final int OFFSET_DIGITS = 20;
    private static final int SPARE_DIGITS = 6;
    private static final int CHECKPOINT_DIGITS = 10;

    Path segment(long baseOffset) {
        return path.resolve(padded(baseOffset, OFFSET_DIGITS) + SEGMENT_SUFFIX);
    }

    Path footer(long baseOffset) {
        return path.resolve(padded(baseOffset, OFFSET_DIGITS) + FOOTER_SUFFIX);
    }

    Path spare(long number) {
        return path.resolve(SPARE_PREFIX + padded(number, SPARE_DIGITS) + SPARE_SUFFIX);
    }

    Path newSpare(long number) {
        return path.resolve(SPARE_PREFIX + padded(number, SPARE_DIGITS) + NEW_SUFFIX);
    }

    Path checkpoint(long number) {
        return path.resolve(CHECKPOINT_PREFIX + padded(number, CHECKPOINT_DIGITS));
    }

    /** Not a format string: the first use of one loads 60 classes when an application starts. */
    private static String padded(long number, int digits) {
        String text = Long.toString(number);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    Path temporaryCheckpoint() {
        return path.resolve("checkpoint" + TEMPORARY_SUFFIX);
    }

    Path epoch() {
        return path.resolve("epoch");
    }

    Path temporaryEpoch() {
        return path.resolve("epoch" + TEMPORARY_SUFFIX);
    }

    Path lock() {
        return path.resolve("lock");
    }

    List<String> list() throws IOException {
        return disk.list(path);
    }

    void force() throws IOException {
        disk.forceDirectory(path);
    }

    /**
     * The numbers in those names that have prefix and suffix, rising. In loops, as all that the
     * first message waits for: linking a lambda takes a millisecond each.
     */
    static List<Long> numbersIn(List<String> names, String prefix, String suffix) {
        List<Long> numbers = new ArrayList<>();
        for (String name : names) {
            long number = numberIn(name, prefix, suffix);
            if (number != NO_NUMBER) {
                numbers.add(number);
            }
        }
        Collections.sort(numbers);
        return numbers;
    }

    /**
     * The number between prefix and suffix of a name, or {@link #NO_NUMBER} if the name is of
     * another kind.
     */
    static long numberIn(String name, String prefix, String suffix) {
        int end = name.length() - suffix.length();
        if (!name.startsWith(prefix) || !name.endsWith(suffix) || end <= prefix.length()) {
            return NO_NUMBER;
        }
        try {
            return Long.parseLong(name, prefix.length(), end, 10);
        } catch (NumberFormatException e) {
            return NO_NUMBER;
        }
    }
}
