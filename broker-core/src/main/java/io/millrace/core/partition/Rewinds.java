package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.Rewound;
import io.millrace.wire.SequenceRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes subscriptions back in time: what they have settled waits again.
 *
 * <p>The shell finds out where in the log to begin, and looks at messages a stretch at a time:
 * which there are, which the selectors match, and what their heads say. Each answer becomes a
 * {@code Rewound}, so that a crash interrupts nothing: {@link #resume} goes on behind the last.
 * Counting goes the same way and leaves no trace. Owned by the partition's thread.
 */
final class Rewinds implements RewindStep.Handler {

    /** So many sequences are asked about at once. */
    private static final long STEP_SEQUENCES = 4_096;

    /** So many bytes of messages are looked at in one step. */
    private static final int STEP_BYTES = 1 << 20;

    /** {@link SettledSequences} holds what lies so far apart. */
    private static final long MAX_DISTANCE = 1L << 31;

    /** So many rewinds and counts are under way at once, beside those that a crash interrupted. */
    private static final int MAX_COURSES = 64;

    private final PartitionState state;
    private final Connections connections;
    private final Dispatcher dispatcher;
    private final Timers timers;

    // Soft state: dies with the process.
    private final Map<Long, Course> coursesByRecall = new HashMap<>();
    private long lastRecallId;
    private boolean resumed;

    // Of the command that is handled.
    private long nowMillis;
    private @Nullable Decision decision;

    /** One way back, or the count of one. */
    private static final class Course {
        final Subscription subscription;
        final long last;
        final @Nullable String selector;
        final boolean dryRun;

        /** Who waits for the answer; null after a restart, until somebody asks again. */
        RewindStep.@Nullable Ask ask;

        long next;

        // Of a dry run; else in hard state.
        long messages;
        long firstSequence;
        long firstMillis;

        Course(
                Subscription subscription,
                RewindStep.@Nullable Ask ask,
                long next,
                long last,
                @Nullable String selector,
                boolean dryRun) {
            this.subscription = subscription;
            this.ask = ask;
            this.next = next;
            this.last = last;
            this.selector = selector;
            this.dryRun = dryRun;
        }
    }

    Rewinds(
            PartitionState state,
            Connections connections,
            Dispatcher dispatcher,
            Timers timers,
            long epoch) {
        this.state = state;
        this.connections = connections;
        this.dispatcher = dispatcher;
        this.timers = timers;
        // An answer to a machine that was thrown away must not pass for one to this.
        this.lastRecallId = epoch << Integer.SIZE;
    }

    /** Called with the first command: what a crash interrupted goes on. */
    void resume(Decision out) {
        if (resumed) {
            return;
        }
        resumed = true;
        decision = out;
        for (Subscription each : List.copyOf(state.subscriptionsById.values())) {
            Rewinding rewinding = each.replays.rewinding();
            if (rewinding != null && !rewinding.isDone()) {
                goOn(
                        new Course(
                                each,
                                null,
                                rewinding.next,
                                rewinding.last,
                                rewinding.selector,
                                false));
            }
        }
    }

    void handle(RewindStep step, long millis, Decision out) {
        nowMillis = millis;
        decision = out;
        step.dispatch(this);
    }

    private Decision out() {
        Decision out = decision;
        if (out == null) {
            throw new IllegalStateException("Expected a command to be handled, but none is");
        }
        return out;
    }

    // ---- asking ----

    @Override
    public void asked(RewindStep.Ask ask) {
        Subscription subscription = admitted(ask);
        if (subscription != null) {
            out().effectNow(new Effect.FindRewind(ask, subscription.destination.id));
        }
    }

    /** The subscription, unless the request is refused, or answered, or will be. */
    private @Nullable Subscription admitted(RewindStep.Ask ask) {
        Origin origin = ask.origin();
        if (!connections.isCurrent(origin)) {
            // Its link broke: it asks again over the next one.
            return null;
        }
        Subscription subscription = state.subscriptionsById.get(ask.subscriptionId());
        if (subscription == null) {
            refuse(
                    ask,
                    ErrorCode.INVALID_DESTINATION,
                    "Expected something that can be taken back in time, but it was deleted, or has"
                            + " never been used");
            return null;
        }
        if (subscription.filter().noLocal()) {
            refuse(
                    ask,
                    ErrorCode.NOT_SUPPORTED,
                    "Expected a subscription that gets messages of its own connection, but it has"
                            + " noLocal; which were its own is not known any more");
            return null;
        }
        Rewinding last = subscription.replays.rewinding();
        if (ask.dryRun() || last == null) {
            return subscription;
        }
        if (last.isFor(origin.connectionId(), ask.requestId())) {
            // Asked again over another link.
            if (last.failure != null) {
                refuse(ask, ErrorCode.UNAVAILABLE, unfinished(last.failure, last.messages));
            } else if (last.isDone()) {
                answer(ask, last.messages, last.firstSequence, last.firstMillis);
            } else {
                courseOf(subscription).ask = ask;
            }
            return null;
        }
        if (!last.isDone()) {
            refuse(
                    ask,
                    ErrorCode.IN_USE,
                    "Expected no other rewind of "
                            + nameOf(subscription)
                            + ", but one is under way; ask again when it is over");
            return null;
        }
        return subscription;
    }

    private Course courseOf(Subscription subscription) {
        for (Course each : coursesByRecall.values()) {
            if (each.subscription == subscription && !each.dryRun) {
                return each;
            }
        }
        throw new IllegalStateException(
                "Expected the rewind of " + nameOf(subscription) + " to go on, but it does not");
    }

    @Override
    public void found(RewindStep.Found found) {
        RewindStep.Ask ask = found.ask();
        Subscription subscription = admitted(ask);
        if (subscription == null) {
            return;
        }
        if (found.failure() != null) {
            refuse(ask, ErrorCode.UNAVAILABLE, found.failure());
            return;
        }
        if (isGivenBack(found, subscription)) {
            refuse(ask, ErrorCode.NOT_RETAINED, notRetained(found, subscription));
            return;
        }
        if (coursesByRecall.size() >= MAX_COURSES) {
            refuse(
                    ask,
                    ErrorCode.IN_USE,
                    "Expected fewer than "
                            + MAX_COURSES
                            + " rewinds and counts at once, but so many are under way; ask again"
                            + " later");
            return;
        }
        long first = Math.max(1, found.firstSequence());
        long last = subscription.backlog.cursor() - 1;
        if (first > last) {
            answer(ask, 0, 0, 0);
            return;
        }
        if (last - first >= MAX_DISTANCE) {
            refuse(
                    ask,
                    ErrorCode.LIMIT,
                    "Expected to go back by at most "
                            + MAX_DISTANCE
                            + " sequences, but it is "
                            + (last - first + 1)
                            + "; begin later");
            return;
        }
        if (!ask.dryRun()) {
            out().emit(
                            new RewindEvent.RewindBegan(
                                    subscription.id,
                                    ask.origin().connectionId(),
                                    ask.requestId(),
                                    first,
                                    last,
                                    ask.selector()));
        }
        goOn(new Course(subscription, ask, first, last, ask.selector(), ask.dryRun()));
    }

    /** Whether the log had messages of the time, or with the sequence, that it has no more. */
    private static boolean isGivenBack(RewindStep.Found found, Subscription subscription) {
        RewindFrom from = found.ask().from();
        long oldest = Math.min(found.oldestSequence(), subscription.destination.nextSequence);
        if (from == RewindFrom.BEGINNING || oldest == 1) {
            return false;
        }
        boolean none = found.oldestSequence() == SequenceSet.NONE;
        return from == RewindFrom.SEQUENCE
                ? found.ask().value() < oldest
                : none || found.ask().value() < found.oldestMillis();
    }

    private static String notRetained(RewindStep.Found found, Subscription subscription) {
        RewindStep.Ask ask = found.ask();
        String wanted =
                ask.from() == RewindFrom.SEQUENCE
                        ? "sequence " + ask.value()
                        : "the time that was asked for";
        String there =
                found.oldestSequence() == SequenceSet.NONE
                        ? "it has none"
                        : "it has them from "
                                + found.oldestTime()
                                + ", sequence "
                                + found.oldestSequence()
                                + ", on; rewind to that, or to the beginning";
        return "Expected the log to have the messages of "
                + nameOf(subscription)
                + " from "
                + wanted
                + " on, but "
                + there;
    }

    private static String nameOf(Subscription subscription) {
        String destination = subscription.destination.kind + " " + subscription.destination.name;
        return subscription.name.isEmpty()
                ? destination
                : "subscription '" + subscription.name + "' of " + destination;
    }

    // ---- going ----

    /** Asks the shell about the next stretch, or ends. */
    private void goOn(Course course) {
        SequenceRanges wanted = SequenceRanges.EMPTY;
        while (wanted.isEmpty()) {
            long from = course.subscription.nextSettled(course.next);
            if (from > course.last) {
                end(course, null);
                return;
            }
            course.next = Math.min(course.last, from + STEP_SEQUENCES - 1) + 1;
            wanted = wanted(course, SequenceRanges.of(from, course.next - 1));
        }
        coursesByRecall.put(++lastRecallId, course);
        out().effectNow(
                        new Effect.Recall(
                                lastRecallId,
                                course.subscription.id,
                                course.subscription.destination.id,
                                wanted,
                                course.last,
                                course.subscription.filter().selector(),
                                course.selector,
                                !hasFound(course),
                                STEP_BYTES));
    }

    private static SequenceRanges wanted(Course course, SequenceRanges stretch) {
        SequenceRanges settled = course.subscription.settledOf(stretch);
        Rewinding rewinding = course.subscription.replays.rewinding();
        return course.dryRun || rewinding == null ? settled : rewinding.settledBefore(settled);
    }

    private static boolean hasFound(Course course) {
        Rewinding rewinding = course.subscription.replays.rewinding();
        return course.dryRun ? course.messages > 0 : rewinding != null && rewinding.messages > 0;
    }

    @Override
    public void recalled(RewindStep.Recalled recalled) {
        Course course = coursesByRecall.remove(recalled.recallId());
        if (course == null) {
            return;
        }
        RewindStep.Ask ask = course.ask;
        if (state.subscriptionsById.get(course.subscription.id) != course.subscription) {
            if (ask != null) {
                refuse(
                        ask,
                        ErrorCode.INVALID_DESTINATION,
                        "Expected "
                                + nameOf(course.subscription)
                                + " to exist, but it was deleted");
            }
            return;
        }
        if (course.dryRun && (ask == null || !connections.isCurrent(ask.origin()))) {
            return;
        }
        course.next = Math.min(recalled.upTo(), course.last) + 1;
        List<RewoundMessage> exceptional = lasting(recalled.exceptional());
        SequenceRanges matching = withoutExpired(recalled, exceptional);
        if (!matching.isEmpty()) {
            if (course.dryRun) {
                count(course, matching, recalled.firstMillis());
            } else {
                rewind(course, matching, recalled.firstMillis(), exceptional);
            }
        }
        if (recalled.failure() != null) {
            end(course, recalled.failure());
        } else {
            goOn(course);
        }
    }

    private static void count(Course course, SequenceRanges matching, long millis) {
        if (course.messages == 0) {
            course.firstSequence = matching.first(0);
            course.firstMillis = millis;
        }
        course.messages += matching.sequenceCount();
    }

    private void rewind(
            Course course, SequenceRanges matching, long millis, List<RewoundMessage> exceptional) {
        Subscription subscription = course.subscription;
        out().emit(
                        new RewindEvent.Rewound(
                                subscription.id,
                                course.next - 1,
                                millis,
                                matching,
                                exceptional,
                                null));
        timers.stored(subscription.destination, out());
        dispatcher.dispatch(subscription, out());
    }

    /** What has not expired; what is due is said to be. */
    private List<RewoundMessage> lasting(List<RewoundMessage> found) {
        List<RewoundMessage> lasting = new ArrayList<>(found.size());
        for (RewoundMessage each : found) {
            if (each.expiration() == 0 || each.expiration() > nowMillis) {
                lasting.add(each.deliveryTime() > nowMillis ? each : each.due());
            }
        }
        return lasting;
    }

    private SequenceRanges withoutExpired(
            RewindStep.Recalled recalled, List<RewoundMessage> lasting) {
        if (lasting.size() == recalled.exceptional().size()) {
            return recalled.matching();
        }
        SequenceSet left = new SequenceSet();
        left.add(recalled.matching());
        for (RewoundMessage each : recalled.exceptional()) {
            if (each.expiration() != 0 && each.expiration() <= nowMillis) {
                left.remove(each.sequence(), each.sequence());
            }
        }
        return left.toRanges();
    }

    /** All was looked at, or the rest cannot be read. */
    private void end(Course course, @Nullable String failure) {
        Rewinding rewinding = course.subscription.replays.rewinding();
        if (!course.dryRun && rewinding != null && !rewinding.isDone()) {
            out().emit(
                            new RewindEvent.Rewound(
                                    course.subscription.id,
                                    course.last,
                                    0,
                                    SequenceRanges.EMPTY,
                                    List.of(),
                                    failure));
        }
        RewindStep.Ask ask = course.ask;
        if (ask == null) {
            return;
        }
        long messages = course.dryRun || rewinding == null ? course.messages : rewinding.messages;
        if (failure != null) {
            refuse(ask, ErrorCode.UNAVAILABLE, unfinished(failure, messages));
        } else if (course.dryRun || rewinding == null) {
            answer(ask, messages, course.firstSequence, course.firstMillis);
        } else {
            answer(ask, messages, rewinding.firstSequence, rewinding.firstMillis);
        }
    }

    private static String unfinished(String failure, long messages) {
        return failure + "; " + messages + " messages were found before that";
    }

    private void answer(RewindStep.Ask ask, long messages, long firstSequence, long firstMillis) {
        out().tell(
                        ask.origin().linkId(),
                        new Rewound(ask.requestId(), messages, firstSequence, firstMillis));
    }

    private void refuse(RewindStep.Ask ask, ErrorCode code, String message) {
        Answers.refuse(ask.origin(), ask.requestId(), code, message, out());
    }
}
