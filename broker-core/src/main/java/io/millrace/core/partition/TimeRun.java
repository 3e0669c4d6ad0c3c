package io.millrace.core.partition;

/** Sequences by their times, in the order of these; one at a time. */
interface TimeRun {

    /** Goes to the next; false if there is none. Called before anything else. */
    boolean next();

    long millis();

    /** The first of some consecutive sequences of this time. */
    long first();

    /** The last of them. */
    long last();
}
