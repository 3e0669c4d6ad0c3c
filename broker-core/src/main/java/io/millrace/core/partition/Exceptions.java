package io.millrace.core.partition;

import io.millrace.wire.Id128;
import io.millrace.wire.WireOutput;
import java.util.List;
import java.util.Map;

/**
 * What only some of a partition's destinations, subscriptions and producers have, for its snapshot:
 * each list is written from the version on that brought it.
 */
record Exceptions(
        List<Subscription> filtered,
        Map<Id128, ProducerWindow> refusing,
        List<Subscription> shared,
        Map<Id128, ProducerWindow> transacted,
        List<Destination> scheduled,
        List<Subscription> prioritised,
        List<Destination> losing,
        boolean stoppedCleanly,
        List<Subscription> postponing,
        List<Subscription> grouped,
        List<Subscription> rewound,
        Bodies bodies,
        PreparedBranches branches,
        Map<Id128, ProducerWindow> decided,
        DeadLetterMoves deadLetters) {

    /** Without filters a snapshot is as it always was. */
    static final int PLAIN = 1;

    static final int FILTERED = 2;

    static final int REFUSING = 3;
    static final int SHARED = 4;
    static final int TRANSACTED = 5;

    static final int ARRANGED = 6;

    /** As well with what there is to know of NON_PERSISTENT messages. */
    static final int LOSSES = 7;

    /** As well with what is postponed, and which messages belong to groups. */
    static final int GROUPED = 8;

    /** As well with what was taken back in time. */
    static final int REWOUND = 9;

    /** As well with bodies that are elsewhere. */
    static final int BODIES = 10;

    /** As well with branches of distributed transactions. */
    static final int PREPARED = 11;

    /** As well with what became of sessions' transactions before the last. */
    static final int DECIDED = 12;

    /** As well with dead letters on their way between partitions. */
    static final int MOVING = 13;

    /** What a reader knows. */
    static final int NEWEST = MOVING;

    /** The lowest version that can say all of it. */
    int version() {
        if (!deadLetters.isEmpty()) {
            return MOVING;
        } else if (!decided.isEmpty()) {
            return DECIDED;
        } else if (!branches.isEmpty()) {
            return PREPARED;
        } else if (!bodies.isEmpty()) {
            return BODIES;
        } else if (!rewound.isEmpty()) {
            return REWOUND;
        } else if (!grouped.isEmpty() || !postponing.isEmpty()) {
            return GROUPED;
        } else if (!losing.isEmpty()) {
            return LOSSES;
        } else if (!scheduled.isEmpty() || !prioritised.isEmpty()) {
            return ARRANGED;
        } else if (!transacted.isEmpty()) {
            return TRANSACTED;
        } else if (!shared.isEmpty()) {
            return SHARED;
        } else if (!refusing.isEmpty()) {
            return REFUSING;
        }
        return filtered.isEmpty() ? PLAIN : FILTERED;
    }

    void writeTo(WireOutput to) {
        int version = version();
        if (version >= FILTERED) {
            writeFilters(filtered, to);
        }
        if (version >= REFUSING) {
            writeRefusing(refusing, to);
        }
        if (version >= SHARED) {
            writeSharing(shared, to);
        }
        if (version >= TRANSACTED) {
            writeCommitted(transacted, to);
        }
        if (version >= ARRANGED) {
            writeArranged(scheduled, prioritised, to);
        }
        if (version >= LOSSES) {
            to.writeBoolean(stoppedCleanly).writeVarint(losing.size());
            losing.forEach(destination -> destination.writeLossesTo(to));
        }
        if (version >= GROUPED) {
            writePostponed(postponing, to);
            writeGroups(grouped, to);
        }
        if (version >= REWOUND) {
            writeRewound(rewound, to);
        }
        if (version >= BODIES) {
            bodies.writeTo(to);
        }
        if (version >= PREPARED) {
            branches.writeTo(to);
        }
        if (version >= DECIDED) {
            to.writeVarint(decided.size());
            decided.forEach(
                    (producerId, window) -> {
                        to.writeId(producerId);
                        window.decided().writeTo(to);
                    });
        }
        if (version >= MOVING) {
            deadLetters.writeTo(to);
        }
    }

    private static void writeFilters(List<Subscription> filtered, WireOutput to) {
        to.writeVarint(filtered.size());
        for (Subscription subscription : filtered) {
            to.writeVarint(subscription.id);
            subscription.filter().writeTo(to);
        }
    }

    private static void writeRefusing(Map<Id128, ProducerWindow> refusing, WireOutput to) {
        to.writeVarint(refusing.size());
        refusing.forEach(
                (producerId, window) -> {
                    to.writeId(producerId);
                    window.writeGapsTo(to);
                });
    }

    private static void writeSharing(List<Subscription> shared, WireOutput to) {
        to.writeVarint(shared.size());
        for (Subscription subscription : shared) {
            to.writeVarint(subscription.id).writeByte(subscription.sharing().number());
        }
    }

    private static void writeArranged(
            List<Destination> scheduled, List<Subscription> prioritised, WireOutput to) {
        to.writeVarint(scheduled.size());
        scheduled.forEach(destination -> destination.writeScheduleTo(to));
        to.writeVarint(prioritised.size());
        for (Subscription subscription : prioritised) {
            to.writeVarint(subscription.id);
            subscription.priorities.writeTo(to);
        }
    }

    private static void writeGroups(List<Subscription> grouped, WireOutput to) {
        to.writeVarint(grouped.size());
        for (Subscription subscription : grouped) {
            to.writeVarint(subscription.id);
            subscription.backlog.groups.writeTo(to);
        }
    }

    private static void writePostponed(List<Subscription> postponing, WireOutput to) {
        to.writeVarint(postponing.size());
        for (Subscription subscription : postponing) {
            to.writeVarint(subscription.id);
            subscription.backlog.postponed.writeTo(to);
        }
    }

    private static void writeCommitted(Map<Id128, ProducerWindow> transacted, WireOutput to) {
        to.writeVarint(transacted.size());
        transacted.forEach(
                (producerId, window) -> to.writeId(producerId).writeVarint(window.lastCommitted()));
    }

    private static void writeRewound(List<Subscription> rewound, WireOutput to) {
        to.writeVarint(rewound.size());
        for (Subscription subscription : rewound) {
            to.writeVarint(subscription.id);
            subscription.replays.writeTo(to);
        }
    }
}
