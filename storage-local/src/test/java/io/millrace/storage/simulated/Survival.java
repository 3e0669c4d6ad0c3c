package io.millrace.storage.simulated;

/** What a power loss leaves of pages that were written and not forced. */
public enum Survival {
    /** Nothing: the system had written none of them yet. */
    NOTHING,
    /** Each page wholly, in one of its contents since the last force, or not at all. */
    PAGES,
    /** Each sector of 512 bytes by itself: pages are torn. */
    SECTORS,
    /** Everything: only the process died. */
    EVERYTHING
}
