package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.RewindFrom;
import io.millrace.wire.Rewound;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An application takes a queue or a durable subscription of its own back to the beginning, while it
 * has no consumer there: so nobody acknowledges anything on the way.
 *
 * @param subscription the oracle's name for it
 * @param destination of the queue, or of the topic
 * @param name of the durable subscription; null for a queue
 */
record SimulatedRewind(
        World world,
        Application application,
        BrokerConnection connection,
        String subscription,
        String destination,
        @Nullable String name) {

    /**
     * Asks.
     *
     * @param whenDone consumers may be opened again
     */
    void begin(Runnable whenDone) {
        boolean dryRun = application.node.random.nextInt(3) == 0;
        boolean selecting = application.node.random.nextInt(3) == 0;
        List<Long> expected =
                world.scenario().keepsThePast()
                        ? world.oracle().rewinds().settledOf(subscription, selecting)
                        : List.of();
        if (!dryRun) {
            world.oracle().rewinds().asked(subscription, selecting);
        }
        var unused =
                connection
                        .askLater(
                                id ->
                                        new ControlFrame.Rewind(
                                                id,
                                                name == null
                                                        ? DestinationKind.QUEUE
                                                        : DestinationKind.TOPIC,
                                                destination,
                                                name,
                                                null,
                                                RewindFrom.BEGINNING,
                                                0,
                                                selecting ? Record.SELECTOR : null,
                                                dryRun))
                        .whenComplete(
                                (answer, failed) -> {
                                    if (!application.uses(connection)) {
                                        return;
                                    }
                                    whenDone.run();
                                    if (failed != null) {
                                        application.requireExpected(
                                                failed,
                                                ErrorCode.UNAVAILABLE,
                                                ErrorCode.IN_USE,
                                                ErrorCode.INVALID_DESTINATION,
                                                ErrorCode.NO_SUCH_SUBSCRIPTION);
                                    } else {
                                        application.orRaise(
                                                () -> done((Rewound) answer, expected, dryRun));
                                    }
                                });
    }

    private void done(Rewound answer, List<Long> expected, boolean dryRun) {
        world.trace()
                .mark(
                        answer.messages(),
                        () ->
                                subscription
                                        + (dryRun ? " is counted: " : " was taken back: ")
                                        + answer
                                        + ", expected "
                                        + expected);
        if (answer.messages() < expected.size()) {
            throw new Violation(
                    Check.REWOUND_COMES_AGAIN,
                    subscription
                            + " was taken back, but of "
                            + expected.size()
                            + " messages that were settled it found "
                            + answer.messages());
        }
        world.coverage().happened(dryRun ? "seen counted for a rewind" : "seen rewound");
        if (!dryRun) {
            world.oracle().rewinds().done(subscription, expected, world.timeline().nowNanos());
        }
    }
}
