package io.millrace.core;

import io.millrace.core.partition.Filter;
import io.millrace.core.partition.Sharing;
import org.jspecify.annotations.Nullable;

/**
 * Filters in the words of a transcript: {@code selector=a>1}, {@code noLocal}, {@code client=c}.
 */
public final class FilterWords {

    private FilterWords() {}

    public static Filter of(String[] words) {
        boolean noLocal = false;
        for (String word : words) {
            noLocal |= word.equals("noLocal");
        }
        return new Filter(value(words, "selector="), noLocal, value(words, "client="));
    }

    /** {@code sharing=DURABLE}; none if it is not there. */
    public static Sharing sharing(String[] words) {
        String name = value(words, "sharing=");
        return name == null ? Sharing.NONE : Sharing.valueOf(name);
    }

    public static @Nullable String value(String[] words, String prefix) {
        for (String word : words) {
            if (word.startsWith(prefix)) {
                return word.substring(prefix.length());
            }
        }
        return null;
    }
}
