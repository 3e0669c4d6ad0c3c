package io.millrace.core.partition;

import java.util.Map;

/** Finds what was said of a destination among what was said of names and of their beginnings. */
public final class ByDestination {

    private static final String ANY_END = "*";

    private ByDestination() {}

    /**
     * What counts for a destination.
     *
     * @param byName by the name of a destination, or by its beginning and an asterisk: an exact
     *     name counts before a beginning, and the longest beginning that fits before the others
     * @param standard of those of which nothing was said
     */
    public static <P> P find(Map<String, P> byName, String destination, P standard) {
        P exact = byName.get(destination);
        if (exact != null) {
            return exact;
        }
        P found = standard;
        int longest = 0;
        for (Map.Entry<String, P> each : byName.entrySet()) {
            String pattern = each.getKey();
            if (pattern.endsWith(ANY_END)
                    && pattern.length() > longest
                    && destination.startsWith(pattern.substring(0, pattern.length() - 1))) {
                found = each.getValue();
                longest = pattern.length();
            }
        }
        return found;
    }
}
