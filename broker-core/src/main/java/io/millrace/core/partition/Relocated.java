package io.millrace.core.partition;

import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/**
 * Messages that were stored long ago stand here once more, so that what lies around their old place
 * can be given back. They are what they were: sequences, ids and times stay.
 *
 * @param messages as they were stored, all of the block
 */
public record Relocated(Enqueued messages) implements PartitionEvent {

    @Override
    public int type() {
        return 24;
    }

    @Override
    public void writeTo(WireOutput to) {
        messages.writeTo(to);
    }

    @Override
    public Slice bulk() {
        return messages.bulk();
    }

    public static Relocated read(WireInput from) {
        return new Relocated(Enqueued.read(from));
    }

    @Override
    public void dispatch(Handler handler) {
        // Where messages lie is no matter to whoever applies events.
    }
}
