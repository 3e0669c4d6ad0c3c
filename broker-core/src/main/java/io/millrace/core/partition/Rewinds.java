package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.core.Origin;
import io.millrace.wire.ErrorCode;
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
    private final Subscriptions subscriptions;
    private final Dispatcher dispatcher;
    private final Timers timers;

    // Soft state: dies with the process.
    private final Map<Long, RewindCourse> coursesByRecall = new HashMap<>();
    private long lastRecallId;
    private boolean resumed;

    // Of the command that is handled.
    private long nowMillis;
    private @Nullable Decision decision;

    Rewinds(
            PartitionState state,
            Connections connections,
            Subscriptions subscriptions,
            Dispatcher dispatcher,
            Timers timers,
            long epoch) {
        this.state = state;
        this.connections = connections;
        this.subscriptions = subscriptions;
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
                        new RewindCourse(
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
        if (ask.open() != null) {
            openInThePast(ask, ask.open());
            return;
        }
        Subscription subscription = admitted(ask);
        if (subscription != null) {
            out().effectNow(new Effect.FindRewind(ask, subscription.destination.id));
        }
    }

    /** One that exists already is as it is. */
    private void openInThePast(RewindStep.Ask ask, PartitionCommand.OpenSubscription open) {
        if (!connections.isCurrent(ask.origin())) {
            return;
        }
        Subscription existing = subscriptions.existing(open);
        Rewinding last = existing == null ? null : existing.replays.rewinding();
        if (existing != null
                && last != null
                && last.isFor(ask.origin().connectionId(), ask.requestId())) {
            // Asked again over another link.
            if (!last.isDone()) {
                courseOf(existing).ask = ask;
                return;
            }
            if (last.failure != null) {
                refuse(
                        ask,
                        ErrorCode.UNAVAILABLE,
                        RewindRefusals.unfinished(last.failure, last.messages));
                return;
            }
        }
        if (!subscriptions.isNew(open)) {
            subscriptions.open(open, out());
        } else if (open.filter().noLocal()) {
            refuse(ask, ErrorCode.NOT_SUPPORTED, RewindRefusals.NO_LOCAL);
        } else {
            out().effectNow(new Effect.FindRewind(ask, open.destinationId()));
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
            refuse(ask, ErrorCode.NOT_SUPPORTED, RewindRefusals.NO_LOCAL);
            return null;
        }
        Rewinding last = subscription.replays.rewinding();
        if (ask.dryRun() || last == null) {
            return subscription;
        }
        if (last.isFor(origin.connectionId(), ask.requestId())) {
            // Asked again over another link.
            if (last.failure != null) {
                refuse(
                        ask,
                        ErrorCode.UNAVAILABLE,
                        RewindRefusals.unfinished(last.failure, last.messages));
            } else if (last.isDone()) {
                answer(ask, subscription, last.messages, last.firstSequence, last.firstMillis);
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
                            + RewindRefusals.nameOf(subscription)
                            + ", but one is under way; ask again when it is over");
            return null;
        }
        return subscription;
    }

    private RewindCourse courseOf(Subscription subscription) {
        for (RewindCourse each : coursesByRecall.values()) {
            if (each.subscription == subscription && !each.dryRun) {
                return each;
            }
        }
        throw new IllegalStateException(
                "Expected the rewind of "
                        + RewindRefusals.nameOf(subscription)
                        + " to go on, but it does not");
    }

    @Override
    public void found(RewindStep.Found found) {
        RewindStep.Ask ask = found.ask();
        PartitionCommand.OpenSubscription open = ask.open();
        if (open == null) {
            Subscription subscription = admitted(ask);
            if (subscription != null) {
                begin(found, subscription.destination, subscription);
            }
        } else if (connections.isCurrent(ask.origin())) {
            if (subscriptions.isNew(open)) {
                begin(found, state.destination(open.destinationId()), null);
            } else {
                openInThePast(ask, open);
            }
        }
    }

    /** Goes back with a subscription, or with a new one. */
    private void begin(
            RewindStep.Found found, Destination destination, @Nullable Subscription existing) {
        RewindStep.Ask ask = found.ask();
        if (found.failure() != null) {
            refuse(ask, ErrorCode.UNAVAILABLE, found.failure());
            return;
        }
        if (RewindRefusals.isGivenBack(found, destination)) {
            refuse(
                    ask,
                    ErrorCode.NOT_RETAINED,
                    RewindRefusals.notRetained(found, destination, existing));
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
        long last = (existing == null ? destination.nextSequence : existing.backlog.cursor()) - 1;
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
        PartitionCommand.OpenSubscription open = ask.open();
        Subscription subscription =
                existing != null || open == null
                        ? state.subscription(ask.subscriptionId())
                        : subscriptions.begin(open, out());
        if (first > last) {
            answer(ask, subscription, 0, 0, 0);
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
        goOn(new RewindCourse(subscription, ask, first, last, ask.selector(), ask.dryRun()));
    }

    // ---- going ----

    /** Asks the shell about the next stretch, or ends. */
    private void goOn(RewindCourse course) {
        SequenceRanges wanted = SequenceRanges.EMPTY;
        while (wanted.isEmpty()) {
            long from = course.subscription.nextSettled(course.next);
            if (from > course.last) {
                end(course, null);
                return;
            }
            course.next = Math.min(course.last, from + STEP_SEQUENCES - 1) + 1;
            wanted = course.wanted(SequenceRanges.of(from, course.next - 1));
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
                                !course.hasFound(),
                                STEP_BYTES));
    }

    @Override
    public void recalled(RewindStep.Recalled recalled) {
        RewindCourse course = coursesByRecall.remove(recalled.recallId());
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
                                + RewindRefusals.nameOf(course.subscription)
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
                course.count(matching, recalled.firstMillis());
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

    private void rewind(
            RewindCourse course,
            SequenceRanges matching,
            long millis,
            List<RewoundMessage> exceptional) {
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
    private void end(RewindCourse course, @Nullable String failure) {
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
            refuse(ask, ErrorCode.UNAVAILABLE, RewindRefusals.unfinished(failure, messages));
        } else if (course.dryRun || rewinding == null) {
            answer(ask, course.subscription, messages, course.firstSequence, course.firstMillis);
        } else {
            answer(
                    ask,
                    course.subscription,
                    messages,
                    rewinding.firstSequence,
                    rewinding.firstMillis);
        }
    }

    private void answer(
            RewindStep.Ask ask,
            Subscription subscription,
            long messages,
            long firstSequence,
            long firstMillis) {
        if (ask.open() != null) {
            subscriptions.located(ask.open(), subscription, out());
            return;
        }
        out().tell(
                        ask.origin().linkId(),
                        new Rewound(ask.requestId(), messages, firstSequence, firstMillis));
    }

    private void refuse(RewindStep.Ask ask, ErrorCode code, String message) {
        if (ask.open() != null) {
            subscriptions.undo(ask.open(), out());
        }
        Answers.refuse(ask.origin(), ask.requestId(), code, message, out());
    }
}
