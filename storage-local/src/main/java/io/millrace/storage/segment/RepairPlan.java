package io.millrace.storage.segment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a repair would do.
 *
 * @param steps in the order in which they are carried out; empty if nothing needs repair
 * @param losses what the log will not have any more, in the order of offsets; empty if all is kept
 * @param impossible why no repair can make the log openable, or null if one can
 */
public record RepairPlan(List<RepairStep> steps, List<Loss> losses, @Nullable String impossible) {

    /**
     * Entries that are lost.
     *
     * @param from offset of the first one
     * @param to offset after the last one
     * @param readable whether they are intact, and given up because they cannot be applied without
     *     those that are not: they can be looked at as long as the log is not repaired, and in the
     *     copy afterwards
     * @param why as a sentence
     */
    public record Loss(long from, long to, boolean readable, String why) {}

    static RepairPlan impossible(String why) {
        return new RepairPlan(List.of(), List.of(), why);
    }
}
