package io.millrace.storage.segment;

import org.jspecify.annotations.Nullable;

/** Is shown what {@link LogInspection#walk} finds, in the order of the log. */
public interface LogVisitor {

    /** Whether the body of an entry is wanted: then all of it is held in memory. */
    default boolean wantsBodies() {
        return false;
    }

    /** A segment begins. */
    default void segment(SegmentFile segment) {}

    /** An intact entry. */
    default void entry(StoredEntry entry) {}

    /**
     * A marker: nothing is stored, but everything before an offset is known to be durable.
     *
     * @param offset where the next entry will lie
     */
    default void marker(long offset, long durableUpTo) {}

    /**
     * The seal at the end of a segment.
     *
     * @param offset after the last entry
     * @param footer null if it is lost
     * @param elsewhere whether it lies in a file of its own
     */
    default void seal(long offset, byte @Nullable [] footer, boolean elsewhere) {}

    /**
     * A segment ends.
     *
     * @param end offset after its last entry
     */
    default void segmentEnd(SegmentFile segment, long end, boolean sealed) {}

    /** Something is not as it was written. */
    default void fault(LogFault fault) {}
}
