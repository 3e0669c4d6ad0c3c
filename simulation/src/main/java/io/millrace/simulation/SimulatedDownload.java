package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.wire.BodyReference;
import io.millrace.wire.Browsed;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.MessageHead;
import io.millrace.wire.TrafficFrame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An application fetches the body of a large message, some parts at a time, and looks at each. */
final class SimulatedDownload {

    private final Node node;
    private final BrokerConnection connection;
    private final int partition;
    private final BodyReference reference;
    private final Consumer<@Nullable String> done;
    private long bytes;
    private int parts;

    /**
     * A download that has not begun.
     *
     * @param partition where the message is
     * @param done called at the end with what is wrong; null if all of it came as it was sent
     */
    SimulatedDownload(
            Node node,
            BrokerConnection connection,
            int partition,
            BodyReference reference,
            Consumer<@Nullable String> done) {
        this.node = node;
        this.connection = connection;
        this.partition = partition;
        this.reference = reference;
        this.done = done;
    }

    void step() {
        int most = 1 + node.random.nextInt(4);
        var unused =
                connection
                        .askLater(
                                id ->
                                        new TrafficFrame.Browse(
                                                id,
                                                partition,
                                                reference.destinationId(),
                                                parts + 1L,
                                                most,
                                                1 + node.random.nextInt(10_000),
                                                null))
                        .whenComplete(
                                (answer, failed) -> {
                                    if (failed != null) {
                                        done.accept("it is refused: " + failed.getMessage());
                                    } else {
                                        take((Browsed) answer);
                                    }
                                });
    }

    private void take(Browsed step) {
        int before = parts;
        for (DeliveredRun run : step.runs()) {
            int at = run.offset();
            for (int index = 0; index < run.count(); index++) {
                int bodyAt = MessageHead.bodyAt(run.array(), at);
                int length = MessageHead.length(run.array(), at);
                boolean same =
                        run.firstSequence() + index == parts + 1L
                                && LargeContent.isPart(
                                        reference.destinationId(),
                                        bytes,
                                        run.array(),
                                        at + bodyAt,
                                        length - bodyAt);
                if (!same) {
                    done.accept("part " + (parts + 1) + " is another");
                    return;
                }
                parts++;
                bytes += length - bodyAt;
                at += length;
            }
        }
        if (parts == reference.parts()) {
            done.accept(bytes == reference.bytes() ? null : "it has " + bytes + " bytes");
        } else if (parts == before) {
            done.accept("part " + (parts + 1) + " is not there");
        } else {
            step();
        }
    }
}
