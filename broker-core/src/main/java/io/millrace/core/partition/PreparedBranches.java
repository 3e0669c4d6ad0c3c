package io.millrace.core.partition;

import io.millrace.core.partition.BranchEvent.TransactionPrepared;
import io.millrace.wire.BranchId;
import io.millrace.wire.BranchesRecovered;
import io.millrace.wire.Resolution;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import io.millrace.wire.WorkId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Branches, and parts of transactions that another partition decides, that can be committed and
 * rolled back whatever happens, with all that they will store; and branches that an administrator
 * decided, until their transaction manager knows. Hard state, owned by the partition's thread.
 *
 * <p>What another partition decides is nothing to transaction managers and administrators.
 */
final class PreparedBranches implements KnownBranches {

    private final Bodies bodies;
    private final Map<WorkId, TransactionPrepared> preparedById = new LinkedHashMap<>();
    private final Map<BranchId, Decided> decidedById = new LinkedHashMap<>();
    private long bytes;

    /** A branch that an administrator decided. */
    private record Decided(
            long number,
            Resolution resolution,
            long preparedMillis,
            long messages,
            long deliveries) {}

    PreparedBranches(Bodies bodies) {
        this.bodies = bodies;
    }

    boolean isEmpty() {
        return preparedById.isEmpty() && decidedById.isEmpty();
    }

    @Override
    public int preparedCount() {
        return (int) managed().count();
    }

    /** Those that wait for a transaction manager, and not for another partition. */
    private Stream<TransactionPrepared> managed() {
        return preparedById.values().stream().filter(each -> each.coordinator() == 0);
    }

    @Override
    public int decidedCount() {
        return decidedById.size();
    }

    /** They are in the order in which they were prepared. */
    @Override
    public long oldestMillis() {
        return managed()
                .mapToLong(TransactionPrepared::preparedMillis)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    @Override
    public void forEachPrepared(ObjLongConsumer<BranchId> receiver) {
        managed().forEach(each -> receiver.accept((BranchId) each.id(), each.preparedMillis()));
    }

    /** How many branches are prepared, or remembered. */
    int count() {
        return preparedById.size() + decidedById.size();
    }

    /** What the prepared ones will store, in bytes. */
    long bytes() {
        return bytes;
    }

    /** What is prepared and not decided; null if that is none. */
    @Nullable TransactionPrepared prepared(WorkId id) {
        return preparedById.get(id);
    }

    /** What other partitions decide. */
    List<TransactionPrepared> sharedParts() {
        return preparedById.values().stream().filter(each -> each.coordinator() != 0).toList();
    }

    boolean hasSharedParts() {
        return preparedById.values().stream().anyMatch(each -> each.coordinator() != 0);
    }

    /** What an administrator decided of a branch; null if nobody did. */
    @Nullable Resolution decided(BranchId id) {
        Decided decided = decidedById.get(id);
        return decided == null ? null : decided.resolution();
    }

    /** Whether {@link #after} has a branch. */
    boolean isListed(BranchId id) {
        TransactionPrepared prepared = preparedById.get(id);
        return prepared == null ? decidedById.containsKey(id) : prepared.coordinator() == 0;
    }

    /** Whether a branch is prepared, or remembered. */
    boolean knows(BranchId id) {
        return preparedById.containsKey(id) || decidedById.containsKey(id);
    }

    /** The locks of those that are prepared. */
    Set<Holder> locks() {
        Set<Holder> locks = new HashSet<>();
        preparedById.values().forEach(each -> locks.add(Holder.ofBranch(each.number())));
        return locks;
    }

    /** The highest number that a branch has; 0 if there is none. */
    long lastNumber() {
        long last = 0;
        for (TransactionPrepared each : preparedById.values()) {
            last = Math.max(last, each.number());
        }
        for (Decided each : decidedById.values()) {
            last = Math.max(last, each.number());
        }
        return last;
    }

    /** All with numbers above one, in order. */
    List<BranchesRecovered.Branch> after(long number) {
        List<BranchesRecovered.Branch> found = new ArrayList<>();
        for (TransactionPrepared each : preparedById.values()) {
            if (each.number() > number && each.coordinator() == 0) {
                found.add(
                        new BranchesRecovered.Branch(
                                each.number(),
                                each.id().toBytes(),
                                null,
                                each.preparedMillis(),
                                each.messages(),
                                each.deliveries()));
            }
        }
        decidedById.forEach(
                (id, decided) -> {
                    if (decided.number() > number) {
                        found.add(
                                new BranchesRecovered.Branch(
                                        decided.number(),
                                        id.toBytes(),
                                        decided.resolution(),
                                        decided.preparedMillis(),
                                        decided.messages(),
                                        decided.deliveries()));
                    }
                });
        found.sort(Comparator.comparingLong(BranchesRecovered.Branch::number));
        return found;
    }

    void apply(TransactionPrepared event) {
        preparedById.put(event.id(), event);
        bytes += event.weight();
        event.sends().forEach(send -> bodies.prepared(send.batch()));
    }

    void apply(BranchEvent.TransactionResolved event) {
        TransactionPrepared resolved = preparedById.remove(event.id());
        if (resolved == null) {
            // Committed in one phase, or a repair of the log took what prepared it: that is over
            // too.
            return;
        }
        bytes -= resolved.weight();
        resolved.sends().forEach(send -> bodies.resolved(send.batch()));
        if (event.resolution().isHeuristic() && event.id() instanceof BranchId id) {
            decidedById.put(
                    id,
                    new Decided(
                            resolved.number(),
                            event.resolution(),
                            resolved.preparedMillis(),
                            resolved.messages(),
                            resolved.deliveries()));
        }
    }

    void apply(BranchEvent.TransactionForgotten event) {
        if (event.id() instanceof BranchId id) {
            decidedById.remove(id);
        }
    }

    void writeTo(WireOutput to) {
        to.writeVarint(preparedById.size());
        for (TransactionPrepared each : preparedById.values()) {
            // With its length, for it may grow at its end.
            WireOutput payload = new WireOutput(each.weight());
            each.writeTo(payload);
            to.writeVarint(payload.size()).writeBytes(payload.array(), 0, payload.size());
        }
        to.writeVarint(decidedById.size());
        decidedById.forEach(
                (id, decided) -> {
                    to.writeBlob(id.toBytes())
                            .writeVarint(decided.number())
                            .writeByte(decided.resolution().number());
                    to.writeVarint(decided.preparedMillis())
                            .writeVarint(decided.messages())
                            .writeVarint(decided.deliveries());
                });
    }

    /** After the bodies, to which what is prepared refers. */
    void readFrom(WireInput from) {
        for (long left = from.readVarint(); left > 0; left--) {
            int length = from.readCount(from.remaining());
            apply(TransactionPrepared.read(new WireInput(from.array(), from.position(), length)));
            from.skip(length);
        }
        for (long left = from.readVarint(); left > 0; left--) {
            BranchId id = BranchId.of(from.readBlob());
            long number = from.readVarint();
            Resolution resolution = Resolution.of(from.readUnsignedByte());
            decidedById.put(
                    id,
                    new Decided(
                            number,
                            resolution,
                            from.readVarint(),
                            from.readVarint(),
                            from.readVarint()));
        }
    }
}
