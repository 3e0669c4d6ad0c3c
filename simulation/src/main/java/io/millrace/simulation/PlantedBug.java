package io.millrace.simulation;

import java.util.EnumSet;
import java.util.Set;

/** A bug that the simulation puts into the product to see that the oracle finds it. */
enum PlantedBug {
    NONE,
    /** The log says "durable" before it is. */
    EFFECT_BEFORE_DURABLE(
            Check.CONFIRMED_IS_KEPT,
            Check.COPY_IS_FLAGGED,
            Check.COPY_IS_COUNTED,
            Check.ACKNOWLEDGED_STAYS_AWAY),
    /**
     * An owner that was fenced takes settlements of its own epoch, which is over, and hands out
     * what they let go.
     */
    OLD_SETTLE_ACCEPTED(
            Check.ACKNOWLEDGED_STAYS_AWAY,
            Check.CONFIRMED_IS_KEPT,
            Check.COPY_IS_FLAGGED,
            Check.COPY_IS_COUNTED),
    /** A new owner does not know the producers' windows of the one before. */
    WINDOW_LOST_AT_TAKE_OVER(Check.COPY_IS_FLAGGED, Check.NO_REFUSAL_WITHOUT_CAUSE),
    /** After a crash, the log looks as if the broker had been stopped. */
    CRASH_TAKEN_FOR_A_STOP(
            Check.CONFIRMED_IS_KEPT,
            Check.COPY_IS_FLAGGED,
            Check.COPY_IS_COUNTED,
            Check.ACKNOWLEDGED_STAYS_AWAY,
            Check.NON_PERSISTENT_LIVES_ONCE),
    /** Half of an entry that a crash cut off is applied all the same. */
    HALF_A_GROUP_APPLIED(Check.REFUSED_IS_NOT_STORED, Check.NO_REFUSAL_WITHOUT_CAUSE),
    /** Deliveries leave without being logged. */
    HAND_OUT_MARK_SKIPPED(
            Check.COPY_IS_FLAGGED,
            Check.COPY_IS_COUNTED,
            Check.ACKNOWLEDGED_STAYS_AWAY,
            Check.DRAINS),
    /** An owner that was fenced hears nothing of it, and goes on. */
    FENCED_OWNER_DELIVERS(
            Check.CONFIRMED_IS_KEPT,
            Check.COPY_IS_FLAGGED,
            Check.COPY_IS_COUNTED,
            Check.ACKNOWLEDGED_STAYS_AWAY,
            Check.DRAINS),
    /** Half of a transaction that a crash cut off is applied all the same. */
    HALF_A_TRANSACTION_APPLIED(Check.TRANSACTION_IS_WHOLE),
    /** A branch that is prepared is not found after a crash, as if it never was. */
    PREPARED_IS_FORGOTTEN(
            Check.TRANSACTION_IS_WHOLE, Check.CONFIRMED_IS_KEPT, Check.ACKNOWLEDGED_STAYS_AWAY),
    /** After a crash it is not known any more that somebody was told "rolled back". */
    RULED_OUT_IS_FORGOTTEN(Check.TRANSACTION_IS_WHOLE),
    /** After a crash a coordinator does not know for whom it has decided. */
    DECISION_IS_FORGOTTEN(
            Check.TRANSACTION_IS_WHOLE, Check.CONFIRMED_IS_KEPT, Check.ACKNOWLEDGED_STAYS_AWAY),
    /** A broker is told a time that its clock shows some seconds later. */
    CLOCK_AHEAD(Check.NEVER_EARLY),
    /** In the heads of messages each has a group of its own. */
    GROUPS_TORN_APART(Check.GROUP_IS_WITH_ONE);

    private final Set<Check> caughtBy = EnumSet.noneOf(Check.class);

    PlantedBug(Check... checks) {
        caughtBy.addAll(Set.of(checks));
    }

    /** The checks that it breaks; any of them may come first. */
    Set<Check> caughtBy() {
        return caughtBy;
    }
}
