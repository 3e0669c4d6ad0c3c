package io.millrace.simulation;

import java.util.ArrayDeque;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A hash over everything that happened, and the last of it as text: what two runs of one seed must
 * have in common.
 */
final class Trace {

    private static final int KEPT_LINES = 4_000;

    private final Timeline timeline;
    private final boolean verbose;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;

    Trace(Timeline timeline, boolean verbose) {
        this.timeline = timeline;
        this.verbose = verbose;
    }

    /** Something happened. The text is only made if somebody wants to read it. */
    void mark(long what, Supplier<String> text) {
        add(timeline.nowNanos());
        add(what);
        if (verbose) {
            if (lines.size() == KEPT_LINES) {
                lines.remove();
            }
            lines.add(
                    String.format(
                            Locale.ROOT, "%12.3f ms  %s", timeline.nowNanos() / 1e6, text.get()));
        }
    }

    /** Some bytes travelled. */
    void bytes(byte[] array, int offset, int length) {
        long mixed = length;
        for (int at = offset; at < offset + length; at++) {
            mixed = mixed * 31 + array[at];
        }
        add(timeline.nowNanos());
        add(mixed);
    }

    private void add(long value) {
        hash = (hash ^ value) * 0x100000001b3L;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }

    /** The last lines; empty unless verbose. */
    String text() {
        return String.join("\n", lines);
    }
}
