package io.millrace.core.partition;

import io.millrace.wire.Id128;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/**
 * Whom deliveries were handed to.
 *
 * @param connectionId incarnation of the connection
 * @param consumerId number of the consumer in it
 */
public record Holder(Id128 connectionId, long consumerId) {

    /**
     * Has what a branch of a distributed transaction received, from when its session has left it
     * until it is decided. No connection has this id, so it is never released.
     */
    static Holder ofBranch(long number) {
        return new Holder(Id128.NONE, number);
    }

    /** Whether it is the lock of a branch; {@link DeadLetters#GRAVE} has number 0. */
    boolean isBranch() {
        return consumerId > 0 && connectionId.equals(Id128.NONE);
    }

    // Written out like those of Id128.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Holder holder
                && consumerId == holder.consumerId
                && connectionId.equals(holder.connectionId);
    }

    @Override
    public int hashCode() {
        return 31 * connectionId.hashCode() + Long.hashCode(consumerId);
    }

    void writeTo(WireOutput to) {
        to.writeId(connectionId).writeVarint(consumerId);
    }

    static Holder read(WireInput from) {
        return new Holder(from.readId(), from.readVarint());
    }
}
