package io.millrace.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** When brokers lived and how they died: NON_PERSISTENT messages live as long as theirs. */
final class Lives {

    /** When brokers started, and whether the one before had died. */
    private final TreeMap<Long, Boolean> crashedByStart = new TreeMap<>();

    /** Where logs said last that nothing is missing, by their names over all openings. */
    private final Map<String, Long> wholeUpToByLog = new HashMap<>();

    /** When brokers started that found a log which ends there: a crash has taken nothing of it. */
    private final Set<Long> foundWhole = new HashSet<>();

    private int crashes;
    private long wallMillis;

    /**
     * A broker starts.
     *
     * @param losing whether the one before was not stopped, or with a disk that did not work:
     *     NON_PERSISTENT messages may be lost
     * @param crashed whether it was not stopped: they must be
     */
    void brokerStarts(boolean losing, boolean crashed, long nowNanos) {
        crashedByStart.put(nowNanos, crashed);
        crashes += losing ? 1 : 0;
    }

    /** A partition is built anew, with the same consequence. */
    void partitionFailed() {
        crashes++;
    }

    /** A log says that nothing is missing up to an offset. */
    void logIsWhole(String log, long offset) {
        wholeUpToByLog.put(log, offset);
    }

    /** A log is opened, and ends at an offset. */
    void logOpened(String log, long offset, long nowNanos) {
        Long whole = wholeUpToByLog.get(log);
        if (whole != null && whole == offset && crashedByStart.containsKey(nowNanos)) {
            foundWhole.add(nowNanos);
        }
    }

    /** A broker looks at its wall clock. */
    long looked(long millis) {
        wallMillis = Math.max(wallMillis, millis);
        return millis;
    }

    /** The latest time that a broker saw. */
    long wallMillis() {
        return wallMillis;
    }

    /** A message must not leave its broker before its delivery time. */
    static void requireDue(long id, long dueAtMillis, Network.Departure departure) {
        if (dueAtMillis > departure.wallMillis()) {
            throw new Violation(
                    Check.NEVER_EARLY,
                    "message "
                            + id
                            + " left its broker "
                            + (dueAtMillis - departure.wallMillis())
                            + " ms before its delivery time");
        }
    }

    /** How often NON_PERSISTENT messages may have been lost. */
    int crashes() {
        return crashes;
    }

    /** Whether nobody has to get a message any more. */
    boolean mayBeLost(Sent sent) {
        return !sent.persistent && crashes > sent.crashesBefore;
    }

    /**
     * A NON_PERSISTENT message was given once more.
     *
     * @param leftAt when it left its broker this time
     */
    void requireOne(Book.Copy copy, long leftAt, String where) {
        for (long each : copy.leftAt) {
            Map.Entry<Long, Boolean> next = crashedByStart.higherEntry(Math.min(each, leftAt));
            if (next != null
                    && next.getValue()
                    && next.getKey() <= Math.max(each, leftAt)
                    && !foundWhole.contains(next.getKey())) {
                throw new Violation(
                        Check.NON_PERSISTENT_LIVES_ONCE,
                        where + " is not persistent, but was given before a crash and after it");
            }
        }
    }
}
