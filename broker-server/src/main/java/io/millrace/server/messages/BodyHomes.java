package io.millrace.server.messages;

import io.millrace.core.Event;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.wire.BodyReference;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which destination has the message that a large body belongs to, for as long as the log has
 * something of the body: what stays of consumed messages stays with its bodies.
 *
 * <p>Stored with each checkpoint, as the machine forgets a body with its message. Owned by the
 * partition's thread.
 */
public final class BodyHomes {

    private final Map<Long, Long> destinationByBody = new HashMap<>();

    /** Takes note of an event in the log, now or on replay. */
    public void logged(Event event) {
        if (event instanceof Enqueued block) {
            for (BodyReference each : block.batch().bodies()) {
                destinationByBody.put(each.destinationId(), block.destinationId());
            }
        }
    }

    /** Whether a destination is a body that a message referred to, and the log has some of it. */
    public boolean knows(long destinationId) {
        return destinationByBody.containsKey(destinationId);
    }

    /** The destination that a body's message was stored in last; the id itself if it is none. */
    long homeOf(long destinationId) {
        return destinationByBody.getOrDefault(destinationId, destinationId);
    }

    /** Forgets those of which the log has nothing any more. */
    public void forgetFreed(MessageStore store) {
        if (!destinationByBody.isEmpty()) {
            destinationByBody.keySet().retainAll(store.index().destinations());
        }
    }

    /** Writes what {@link #readFrom} needs; nothing if there is nothing. */
    public void writeTo(WireOutput to) {
        if (!destinationByBody.isEmpty()) {
            to.writeVarint(destinationByBody.size());
            new TreeMap<>(destinationByBody)
                    .forEach((body, home) -> to.writeVarint(body).writeVarint(home));
        }
    }

    /** Takes over what was stored, if anything was. */
    public void readFrom(WireInput from) {
        for (long left = from.hasRemaining() ? from.readVarint() : 0; left > 0; left--) {
            destinationByBody.put(from.readVarint(), from.readVarint());
        }
    }
}
