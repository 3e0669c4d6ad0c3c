package io.millrace.tck.jta;

import java.util.EnumMap;
import java.util.Map;

/** Ends this JVM at a point of a commit, without a word to anybody. Thread-safe. */
final class Halt {

    static final int EXIT_CODE = 99;

    /** What a manager asks of both resources, one after the other. */
    enum Call {
        NONE,
        PREPARE,
        COMMIT
    }

    // Guarded by this.
    private final Map<Call, Integer> counts = new EnumMap<>(Call.class);
    private HaltPoint point = HaltPoint.NOWHERE;

    /** For the next transaction. */
    synchronized void arm(HaltPoint next) {
        counts.clear();
        point = next;
    }

    synchronized void before(Call call) {
        counts.merge(call, 1, Integer::sum);
        haltIf(call, false);
    }

    synchronized void after(Call call) {
        haltIf(call, true);
    }

    private void haltIf(Call call, boolean returned) {
        if (point.isAt(call, counts.getOrDefault(call, 0), returned)) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
