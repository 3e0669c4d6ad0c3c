package io.millrace.core.partition;

import io.millrace.wire.PartitionSet;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import io.millrace.wire.WorkId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that this partition has committed for others as well, until all of them have done
 * so: whoever asks about one that is not here is told that it was rolled back. Hard state, owned by
 * the partition's thread.
 */
final class Decisions {

    private final Map<WorkId, PartitionSet> participantsById = new LinkedHashMap<>();

    boolean isEmpty() {
        return participantsById.isEmpty();
    }

    /** Who takes part in a transaction that is committed; null if that is not known of it. */
    @Nullable PartitionSet participants(WorkId id) {
        return participantsById.get(id);
    }

    Map<WorkId, PartitionSet> all() {
        return Map.copyOf(participantsById);
    }

    void committed(WorkId id, PartitionSet participants) {
        if (!participants.isEmpty()) {
            participantsById.put(id, participants);
        }
    }

    void forgotten(WorkId id) {
        participantsById.remove(id);
    }

    void writeTo(WireOutput to) {
        to.writeVarint(participantsById.size());
        participantsById.forEach(
                (id, participants) -> {
                    to.writeBlob(id.toBytes());
                    participants.writeTo(to);
                });
    }

    void readFrom(WireInput from) {
        for (long left = from.readVarint(); left > 0; left--) {
            participantsById.put(WorkId.of(from.readBlob()), PartitionSet.read(from));
        }
    }
}
