package io.millrace.core.partition;

import io.millrace.wire.BodyReference;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which messages have their body elsewhere, and how long these bodies live. Hard state: a function
 * of the log.
 *
 * <p>A body is a destination of its own, {@link DestinationKind#BODY}. Until a message refers to
 * it, it belongs to the connection that sends it, and ends with that as a temporary destination
 * does. From then on it lives exactly as long as one message that refers to it is needed by some
 * subscription: no event says that it ends, for that follows from what settles the message. A
 * message that becomes a dead letter refers to the same body: the copy is stored before the message
 * is settled, so there is no moment without a reference. The messages of a prepared branch refer to
 * their bodies before they are stored, until the branch is resolved.
 */
final class Bodies {

    private final PartitionState state;
    private final Map<Long, Body> bodiesById = new LinkedHashMap<>();

    /** By destination and sequence of the messages that refer to them: ids of bodies. */
    private final Map<Long, TreeMap<Long, Long>> referencesByDestination = new LinkedHashMap<>();

    private static final class Body {
        long bytes;
        int references;
    }

    Bodies(PartitionState state) {
        this.state = state;
    }

    boolean isEmpty() {
        return bodiesById.isEmpty();
    }

    boolean isBody(long destinationId) {
        return bodiesById.containsKey(destinationId);
    }

    /** Whether a message refers to it: then it is not its connection's any more. */
    boolean isReferred(long destinationId) {
        Body body = bodiesById.get(destinationId);
        return body != null && body.references > 0;
    }

    /** Bytes of a body, as far as it came. */
    long bytesOf(Destination destination) {
        Body body = bodiesById.get(destination.id);
        return body == null ? 0 : body.bytes;
    }

    /** Whether what a message says of its body is true, and the body is this connection's. */
    boolean isComplete(BodyReference reference, Id128 connectionId) {
        Body body = bodiesById.get(reference.destinationId());
        Destination parts = state.destinationsById.get(reference.destinationId());
        return body != null
                && parts != null
                && parts.owner.equals(connectionId)
                && body.bytes == reference.bytes()
                && parts.nextSequence - 1 == reference.parts();
    }

    void opened(Destination destination) {
        if (destination.kind == DestinationKind.BODY) {
            bodiesById.put(destination.id, new Body());
        }
    }

    /** A batch was stored, from a sequence on. */
    void stored(Destination destination, long first, MessageBatch batch) {
        Body body =
                destination.kind == DestinationKind.BODY ? bodiesById.get(destination.id) : null;
        if (body != null) {
            body.bytes += bodyBytes(batch);
        }
        for (BodyReference reference : batch.bodies()) {
            refer(destination, first + reference.index(), reference.destinationId());
        }
        if (!batch.bodies().isEmpty()) {
            settled(destination, SequenceRanges.of(first, first + batch.count() - 1));
        }
    }

    /** How many bytes the bodies of a batch have. */
    static long bodyBytes(MessageBatch batch) {
        long bytes = 0;
        for (int index = 0; index < batch.count(); index++) {
            int at = batch.messageAt(index);
            bytes += MessageHead.length(batch.array(), at) - MessageHead.bodyAt(batch.array(), at);
        }
        return bytes;
    }

    private void refer(Destination destination, long sequence, long bodyId) {
        Body body = bodiesById.get(bodyId);
        if (body != null) {
            Long before =
                    referencesByDestination
                            .computeIfAbsent(destination.id, id -> new TreeMap<>())
                            .put(sequence, bodyId);
            body.references++;
            if (before != null) {
                release(before);
            }
        }
    }

    /** A branch is prepared: what it will store refers to its bodies from now on. */
    void prepared(MessageBatch batch) {
        for (BodyReference each : batch.bodies()) {
            Body body = bodiesById.get(each.destinationId());
            if (body != null) {
                body.references++;
            }
        }
    }

    /** The branch is resolved: what it has stored refers to them, if it was committed. */
    void resolved(MessageBatch batch) {
        batch.bodies().forEach(each -> release(each.destinationId()));
    }

    /** Messages of a destination whose body is one of some. */
    SequenceRanges referring(long destinationId, Set<Long> bodies) {
        RangeSet referring = new RangeSet();
        referencesByDestination
                .getOrDefault(destinationId, new TreeMap<>())
                .forEach(
                        (sequence, body) -> {
                            if (bodies.contains(body)) {
                                referring.add(sequence, sequence);
                            }
                        });
        return referring.toRanges();
    }

    /** A message that was settled waits again: its body is needed again, and the log has it. */
    void restored(Destination destination, long sequence, BodyReference reference) {
        long bodyId = reference.destinationId();
        if (!bodiesById.containsKey(bodyId)) {
            state.destinationOpened(
                    new PartitionEvent.DestinationOpened(
                            bodyId, DestinationKind.BODY, "body/" + bodyId, Id128.NONE));
            state.destination(bodyId).nextSequence = reference.parts() + 1L;
            Body again = new Body();
            again.bytes = reference.bytes();
            bodiesById.put(bodyId, again);
        }
        refer(destination, sequence, bodyId);
        settled(destination, SequenceRanges.of(sequence, sequence));
    }

    /** Some subscription may not need these any more. */
    void settled(Destination destination, SequenceRanges sequences) {
        if (referencesByDestination.isEmpty()) {
            return;
        }
        TreeMap<Long, Long> references = referencesByDestination.get(destination.id);
        if (references == null) {
            return;
        }
        for (int range = 0; range < sequences.rangeCount(); range++) {
            releaseUnneeded(
                    destination,
                    references.subMap(sequences.first(range), true, sequences.last(range), true));
        }
        if (references.isEmpty()) {
            referencesByDestination.remove(destination.id);
        }
    }

    /** Some subscription may not need anything any more. */
    void settled(Destination destination) {
        settled(destination, SequenceRanges.of(1, Math.max(1, destination.nextSequence)));
    }

    /** The same everywhere. */
    void settledAnywhere() {
        for (long id : List.copyOf(referencesByDestination.keySet())) {
            settled(state.destination(id));
        }
    }

    private void releaseUnneeded(Destination destination, Map<Long, Long> references) {
        List<Long> unneeded = new ArrayList<>(0);
        references
                .entrySet()
                .removeIf(
                        reference -> {
                            long sequence = reference.getKey();
                            boolean needed = destination.isNeeded(sequence, sequence);
                            if (!needed) {
                                unneeded.add(reference.getValue());
                            }
                            return !needed;
                        });
        unneeded.forEach(this::release);
    }

    private void release(long bodyId) {
        Body body = bodiesById.get(bodyId);
        if (body != null) {
            body.references--;
            if (body.references == 0) {
                state.remove(bodyId);
            }
        }
    }

    /** A destination is gone: so is the body that it was, and what its messages refer to. */
    void deleted(Destination destination) {
        bodiesById.remove(destination.id);
        TreeMap<Long, Long> references = referencesByDestination.remove(destination.id);
        if (references != null) {
            references.values().forEach(this::release);
        }
    }

    void writeTo(WireOutput to) {
        to.writeVarint(bodiesById.size());
        bodiesById.forEach((id, body) -> to.writeVarint(id).writeVarint(body.bytes));
        to.writeVarint(referencesByDestination.size());
        referencesByDestination.forEach(
                (destinationId, references) -> {
                    to.writeVarint(destinationId).writeVarint(references.size());
                    long before = 0;
                    for (Map.Entry<Long, Long> each : references.entrySet()) {
                        to.writeVarint(each.getKey() - before).writeVarint(each.getValue());
                        before = each.getKey();
                    }
                });
    }

    void readFrom(WireInput from) {
        for (long left = from.readVarint(); left > 0; left--) {
            Body body = new Body();
            long id = from.readVarint();
            body.bytes = from.readVarint();
            bodiesById.put(id, body);
        }
        for (long left = from.readVarint(); left > 0; left--) {
            Destination destination = state.destination(from.readVarint());
            long sequence = 0;
            for (long more = from.readVarint(); more > 0; more--) {
                sequence += from.readVarint();
                refer(destination, sequence, from.readVarint());
            }
        }
    }
}
