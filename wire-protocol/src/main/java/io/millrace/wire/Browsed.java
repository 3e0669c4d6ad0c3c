package io.millrace.wire;

import java.util.List;

/**
 * Messages of a queue as they were when this was decided: the answer to {@link
 * TrafficFrame.Browse}. They stay where they are. Their delivery count is the one that their next
 * delivery will have.
 *
 * @param position where to go on; means nothing but to the broker
 * @param atEnd whether nothing more waited behind
 */
public record Browsed(long requestId, long position, boolean atEnd, List<DeliveredRun> runs)
        implements BrokerFrame {

    @Override
    public int type() {
        return 0x95;
    }

    @Override
    public void writeTo(WireOutput to) {
        to.writeVarint(requestId).writeVarint(position).writeBoolean(atEnd);
        DeliveredRun.writeAll(runs, to);
    }

    static Browsed read(WireInput from) {
        return new Browsed(
                from.readVarint(),
                from.readVarint(),
                from.readBoolean(),
                DeliveredRun.readAll(from));
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
        return handler.browsed(this);
    }
}
