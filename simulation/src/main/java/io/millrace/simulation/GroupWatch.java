package io.millrace.simulation;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches that messages of one group are with one consumer at a time, and that none overtakes
 * another of its producer and mode.
 *
 * <p>A message is with a consumer from when it left its broker for it until the application is done
 * with it, gives it back, or loses the link that it came over: what its broker makes of it then is
 * judged by the other checks.
 */
final class GroupWatch {

    /** For so long, what is in somebody's buffer is compared with what was elsewhere. */
    private static final long KEPT_NANOS = 1_000 * Node.MILLI;

    private final Lives lives;
    private final Map<String, Group> groupsByName = new LinkedHashMap<>();
    private final Map<Long, Group> groupsById = new LinkedHashMap<>();

    /** Consumers whose connection their application has given up, and when. */
    private final Map<Object, Long> goneAtByConsumer = new IdentityHashMap<>();

    /** What was sent to a group and nobody is done with, and where it is and was. */
    private static final class Group {
        final List<Sent> unfinished = new ArrayList<>();
        final List<Stay> stays = new ArrayList<>();
    }

    /** A message with a consumer. */
    private static final class Stay {
        final Sent sent;
        final Object consumer;
        final Network.Departure departure;

        /** The application was done with it, or gave it back. */
        long endedAt = Long.MAX_VALUE;

        boolean givenBack;

        Stay(Sent sent, Object consumer, Network.Departure departure) {
            this.sent = sent;
            this.consumer = consumer;
            this.departure = departure;
        }
    }

    GroupWatch(Lives lives) {
        this.lives = lives;
    }

    /** A message was sent. */
    void sent(Sent sent) {
        String name = Record.group(sent.id, sent.destination);
        if (!name.isEmpty()) {
            Group group =
                    groupsByName.computeIfAbsent(sent.destination + " " + name, key -> new Group());
            groupsById.put(sent.id, group);
            group.unfinished.add(sent);
        }
    }

    /**
     * An application got a message.
     *
     * @param selective whether its consumer gets no more than its selector matches
     */
    void given(Sent sent, Object consumer, boolean selective, Network.Departure departure) {
        Group group = groupsById.get(sent.id);
        if (group == null) {
            return;
        }
        Stay stay = new Stay(sent, consumer, departure);
        for (Stay other : group.stays) {
            if (other.consumer != consumer
                    && other.departure.isOfSameBroker(departure)
                    && other.departure.atNanos() < end(stay)
                    && departure.atNanos() < end(other)) {
                throw new Violation(
                        Check.GROUP_IS_WITH_ONE,
                        "message "
                                + sent.id
                                + " is with one consumer while "
                                + other.sent.id
                                + " of its group is with another");
            }
        }
        for (Sent earlier : group.unfinished) {
            if (earlier.id < sent.id
                    && earlier.fate == Sent.Fate.CONFIRMED
                    && earlier.producerAndMode().equals(sent.producerAndMode())
                    && earlier.isLasting()
                    && !lives.mayBeLost(earlier)
                    && (!selective || Record.isSelected(earlier.id))) {
                requireGiven(group, earlier, stay);
            }
        }
        group.stays.removeIf(other -> other.sent == sent && end(other) < departure.atNanos());
        group.stays.add(stay);
    }

    private static void requireGiven(Group group, Sent earlier, Stay later) {
        long since = later.departure.atNanos();
        boolean waits = true;
        for (Stay stay : group.stays) {
            if (stay.sent == earlier && stay.departure.atNanos() <= since) {
                waits = stay.givenBack && stay.endedAt < since;
            }
        }
        if (waits) {
            throw new Violation(
                    Check.GROUP_IS_WITH_ONE,
                    "message "
                            + later.sent.id
                            + " is given before "
                            + earlier.id
                            + " of its group, which waits");
        }
    }

    private long end(Stay stay) {
        long gone = goneAtByConsumer.getOrDefault(stay.consumer, Long.MAX_VALUE);
        return Math.min(Math.min(stay.endedAt, gone), stay.departure.overAtNanos());
    }

    /** An application is done with a message that a consumer of it got. */
    void accepted(Object consumer, long id, long nowNanos) {
        Group group = groupsById.get(id);
        if (group != null) {
            group.unfinished.removeIf(sent -> sent.id == id);
            group.stays.stream()
                    .filter(stay -> stay.sent.id == id && stay.consumer == consumer)
                    .forEach(stay -> stay.endedAt = Math.min(stay.endedAt, nowNanos));
            group.stays.removeIf(
                    stay ->
                            end(stay) < nowNanos - KEPT_NANOS
                                    && !group.unfinished.contains(stay.sent));
        }
    }

    /** An application gives a message back. */
    void givenBack(Object consumer, long id, long nowNanos) {
        Group group = groupsById.get(id);
        if (group != null) {
            for (Stay stay : group.stays) {
                if (stay.sent.id == id && stay.consumer == consumer) {
                    stay.endedAt = Math.min(stay.endedAt, nowNanos);
                    stay.givenBack = true;
                }
            }
        }
    }

    /** An application gives up the connection of a consumer, or dies. */
    void gone(Object consumer, long nowNanos) {
        goneAtByConsumer.putIfAbsent(consumer, nowNanos);
    }
}
