package io.millrace.jms;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.RewindFrom;
import jakarta.jms.InvalidDestinationException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * A queue or topic as its name says it, and from where in the past it is read: {@code
 * orders?from=beginning}, {@code orders?from=2026-11-21T09:14:00Z} or {@code orders?from=4711}, the
 * number of a message.
 *
 * @param from null for one without a past: what there is now
 * @param value milliseconds since 1970 by the broker's clock, or the message's number
 */
record PastDestination(MillraceDestination destination, @Nullable RewindFrom from, long value) {

    private static final String OPTION = "?from=";
    private static final String BEGINNING = "beginning";

    /** Whether a name says where to begin. */
    static boolean isPast(MillraceDestination destination) {
        return !destination.kind().isTemporary() && destination.name().contains(OPTION);
    }

    /**
     * Takes a name apart.
     *
     * @throws InvalidDestinationException if it does not say where to begin in one of the three
     *     ways
     */
    static PastDestination of(MillraceDestination destination) throws InvalidDestinationException {
        if (!isPast(destination)) {
            return new PastDestination(destination, null, 0);
        }
        String name = destination.name();
        int at = name.indexOf(OPTION);
        String from = name.substring(at + OPTION.length());
        if (at == 0) {
            throw new InvalidDestinationException(
                    "Expected the name of a destination before " + OPTION + ", but it is empty");
        }
        MillraceDestination base =
                MillraceDestination.of(destination.kind(), name.substring(0, at));
        if (from.equals(BEGINNING)) {
            return new PastDestination(base, RewindFrom.BEGINNING, 0);
        }
        if (from.matches("[0-9]{1,18}")) {
            return new PastDestination(base, RewindFrom.SEQUENCE, Long.parseLong(from));
        }
        try {
            return new PastDestination(
                    base, RewindFrom.TIME, Math.max(0, Instant.parse(from).toEpochMilli()));
        } catch (DateTimeParseException | ArithmeticException e) {
            throw refused(
                    "Expected "
                            + OPTION
                            + BEGINNING
                            + ", a time such as 2026-11-21T09:14:00Z or the number of a message,"
                            + " but it is "
                            + from,
                    e);
        }
    }

    private static InvalidDestinationException refused(String message, Exception cause) {
        InvalidDestinationException refused = new InvalidDestinationException(message);
        refused.initCause(cause);
        return refused;
    }
}
