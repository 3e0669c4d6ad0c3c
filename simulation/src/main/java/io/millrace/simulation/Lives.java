package io.millrace.simulation;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** When brokers lived and how they died: NON_PERSISTENT messages live as long as theirs. */
final class Lives {

    /** When brokers started, and whether the one before had died. */
    private final TreeMap<Long, Boolean> crashedByStart = new TreeMap<>();

    /** When partitions that could not go on have written that their logs are whole. */
    private final TreeSet<Long> wholeAt = new TreeSet<>();

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

    /**
     * A partition is built anew, with the same consequence.
     *
     * @param whole whether its log says before that nothing is missing: then nothing is lost
     */
    void partitionFailed(boolean whole, long nowNanos) {
        crashes++;
        if (whole) {
            wholeAt.add(nowNanos);
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
            long from = Math.min(each, leftAt);
            Map.Entry<Long, Boolean> next = crashedByStart.higherEntry(from);
            if (next != null
                    && next.getValue()
                    && next.getKey() <= Math.max(each, leftAt)
                    && !wasWholeBetween(from, next.getKey())) {
                throw new Violation(
                        Check.NON_PERSISTENT_LIVES_ONCE,
                        where + " is not persistent, but was given before a crash and after it");
            }
        }
    }

    /**
     * Whether a log may have said that it is whole, and nothing more before a crash: that looks
     * like a stop, and takes nothing.
     */
    private boolean wasWholeBetween(long from, long to) {
        Long at = wholeAt.ceiling(from);
        return at != null && at < to;
    }
}
