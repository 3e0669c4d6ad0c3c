package io.millrace.server.configuration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Finds what somebody meant who mistyped a key. */
final class NearestKey {

    /** What others call it. */
    private static final Map<String, BrokerKey> BY_OTHER_NAMES =
            Map.of("num.recovery.threads.per.data.dir", BrokerKey.RECOVERY_THREADS);

    private NearestKey() {}

    /** The known key that is called so elsewhere, or else needs the fewest letters changed. */
    static String to(String written, boolean embedded) {
        BrokerKey same = BY_OTHER_NAMES.get(written);
        if (same != null) {
            return same.key();
        }
        List<String> known = new ArrayList<>();
        for (BrokerKey key : BrokerKey.values()) {
            if (!embedded || !key.isOfCommand()) {
                known.add(key.key());
            }
            if (key.destinationKey() != null && written.startsWith(BrokerKey.ONE_DESTINATION)) {
                addForDestination(written, key.destinationKey(), known);
            }
        }
        return known.stream()
                .min(Comparator.comparingInt(each -> distance(written, each)))
                .orElse(written);
    }

    /** Each dot may be where the name of the destination ends. */
    private static void addForDestination(String written, String key, List<String> known) {
        int start = BrokerKey.ONE_DESTINATION.length();
        for (int end = written.indexOf('.', start + 1);
                end > 0;
                end = written.indexOf('.', end + 1)) {
            known.add(written.substring(0, end + 1) + key);
        }
    }

    /** Levenshtein's: how many letters have to be put in, taken out or changed. */
    static int distance(String one, String other) {
        int[] above = new int[other.length() + 1];
        for (int column = 0; column <= other.length(); column++) {
            above[column] = column;
        }
        for (int row = 1; row <= one.length(); row++) {
            int[] line = new int[other.length() + 1];
            line[0] = row;
            for (int column = 1; column <= other.length(); column++) {
                int changed = one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1;
                line[column] =
                        Math.min(
                                above[column - 1] + changed,
                                1 + Math.min(above[column], line[column - 1]));
            }
            above = line;
        }
        return above[other.length()];
    }
}
