package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.Browsed;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.MessageHead;
import io.millrace.wire.TrafficFrame;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An application's look through a queue, from its beginning to its end. */
final class SimulatedBrowser {

    private final World world;
    private final Application application;
    private final BrokerConnection connection;
    private final BrokerFrame.Located queue;
    private final String name;
    private final String queueName;
    private final @Nullable String selector;

    /** What it has to see, unless it is acknowledged before. */
    private final Set<Long> expected;

    /** How often the queue had been taken back in time when it began. */
    private final int rewindsBefore;

    private long position;
    private long lastSequence;

    SimulatedBrowser(
            World world,
            Application application,
            BrokerConnection connection,
            String queueName,
            BrokerFrame.Located queue) {
        this.world = world;
        this.application = application;
        this.connection = connection;
        this.queueName = queueName;
        this.queue = queue;
        this.name = "browser of " + application.node.name;
        this.selector = application.node.random.nextInt(3) == 0 ? Record.SELECTOR : null;
        this.expected = new LinkedHashSet<>(world.oracle().visibleOn(queueName));
        this.rewindsBefore = world.oracle().rewinds().timesAsked(queueName);
        if (selector != null) {
            expected.removeIf(id -> !Record.isSelected(id));
        }
    }

    /** Looks on, step after step. */
    void step() {
        long askedAt = world.timeline().nowNanos();
        int messages = 1 + application.node.random.nextInt(40);
        int bytes = 1 + application.node.random.nextInt(20_000);
        var unused =
                connection
                        .askLater(
                                id ->
                                        new TrafficFrame.Browse(
                                                id,
                                                queue.partition(),
                                                queue.subscriptionId(),
                                                position,
                                                messages,
                                                bytes,
                                                selector))
                        .whenComplete(
                                (answer, failed) -> {
                                    if (!application.uses(connection)) {
                                        return;
                                    }
                                    if (failed != null) {
                                        application.requireExpected(failed, ErrorCode.UNAVAILABLE);
                                    } else {
                                        application.orRaise(
                                                () -> seen((Browsed) answer, messages, askedAt));
                                    }
                                });
    }

    private void seen(Browsed step, int messages, long askedAt) {
        List<Long> ids = new ArrayList<>();
        for (DeliveredRun run : step.runs()) {
            requireNext(run);
            int at = run.offset();
            for (int index = 0; index < run.count(); index++) {
                ids.add(Record.id(run.array(), at));
                at += MessageHead.length(run.array(), at);
            }
        }
        if (ids.size() > messages) {
            throw new Violation(
                    Check.DELIVERED_WAS_SENT, name + " gets more than it asked for: " + ids.size());
        }
        for (long id : ids) {
            world.oracle().browsed(queueName, name, id, askedAt);
            if (selector != null) {
                world.oracle().requireSelected(id, name);
            }
            expected.remove(id);
        }
        position = step.position();
        if (step.atEnd()) {
            world.coverage().happened("seen browsed to the end");
            if (world.oracle().rewinds().timesAsked(queueName) == rewindsBefore) {
                // Else what it passed while that was acknowledged may wait again by now.
                world.oracle().requireSeen(queueName, name, List.copyOf(expected));
            }
        } else {
            application.node.after(
                    1 + application.node.random.nextInt(30) * Node.MILLI,
                    () -> {
                        if (application.uses(connection)) {
                            step();
                        }
                    });
        }
    }

    private void requireNext(DeliveredRun run) {
        if (run.firstSequence() <= lastSequence) {
            throw new Violation(
                    Check.ORDER, name + " sees " + run.firstSequence() + " after " + lastSequence);
        }
        lastSequence = run.firstSequence() + run.count() - 1;
    }
}
