package io.millrace.jms.client;

import io.millrace.wire.BodyReference;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireOutput;

/** Messages without a body, as a broker delivers them. */
public final class Deliveries {

    public static final int MESSAGE_BYTES = MessageHead.BYTES;

    private static final Id128 PRODUCER = new Id128(1, 2);

    private Deliveries() {}

    static void writeMessage(WireOutput to) {
        int start =
                MessageHead.begin(
                        to, new MessageHead.Fields(MessageHead.PERSISTENT, 4, 0, 0, 0, 0, 0));
        MessageHead.finish(to, start, to.size(), to.size());
    }

    /** A message with a large body, which is somewhere else. */
    public static DeliveredRun large(long sequence, BodyReference body) {
        WireOutput to = new WireOutput(64);
        MessageBatch.writeHeader(to, PRODUCER, sequence, 1_000, new byte[0]);
        int flags = MessageHead.PERSISTENT | MessageHead.BODY_ELSEWHERE;
        int start = MessageHead.begin(to, new MessageHead.Fields(flags, 4, 2, 0, 0, 0, 0));
        int bodyStart = to.size();
        body.writeTo(to);
        MessageHead.finish(to, start, bodyStart, bodyStart);
        MessageBatch.setCount(to, 0, 1);
        MessageBatch batch = new MessageBatch(to.array(), 0, to.size());
        return DeliveredRun.of(batch, 0, 1, sequence, 1, null);
    }

    public static DeliveredRun run(long firstSequence, int count, int deliveryCount) {
        WireOutput to = new WireOutput(64);
        MessageBatch.writeHeader(to, PRODUCER, firstSequence, 1_000, new byte[0]);
        for (int index = 0; index < count; index++) {
            writeMessage(to);
        }
        MessageBatch.setCount(to, 0, count);
        MessageBatch batch = new MessageBatch(to.array(), 0, to.size());
        return DeliveredRun.of(batch, 0, count, firstSequence, deliveryCount, null);
    }
}
