package io.millrace.jms.client;

import io.millrace.wire.BranchId;
import io.millrace.wire.BranchPrepared;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A session's parts in branches by partition, and which branches are where. Thread-safe. */
final class BranchParts {

    /** Of so many branches it is remembered where they are. */
    private static final int REMEMBERED = 1_000;

    private final BrokerConnection connection;
    private final Runnable whenBroken;

    // Guarded by this.
    private final Map<Integer, BranchPart> partsByPartition = new TreeMap<>();
    private final Map<BranchId, Places> placesByBranch = new LinkedHashMap<>();

    /** Where a branch is, as far as the session has to do with that. */
    private static final class Places {

        /** Where the session was in it. */
        final Set<Integer> joined = new TreeSet<>();

        final Map<Integer, Long> bytesByPartition = new TreeMap<>();

        /** Where it was prepared with something to decide; empty if the session did not ask. */
        final Set<Integer> prepared = new TreeSet<>();
    }

    BranchParts(BrokerConnection connection, Runnable whenBroken) {
        this.connection = connection;
        this.whenBroken = whenBroken;
    }

    int count() {
        return connection.locations().partitions();
    }

    List<Integer> all() {
        return IntStream.rangeClosed(1, count()).boxed().toList();
    }

    /** The partition that is told where else a branch is. */
    int homeOf(BranchId id) {
        return id.homeAmong(count());
    }

    synchronized BranchPart at(int partition) {
        return partsByPartition.computeIfAbsent(
                partition, number -> new BranchPart(connection, number, whenBroken));
    }

    synchronized boolean isBroken() {
        return partsByPartition.values().stream().anyMatch(BranchPart::isBroken);
    }

    private Places places(BranchId id) {
        Places places = placesByBranch.computeIfAbsent(id, key -> new Places());
        if (placesByBranch.size() > REMEMBERED) {
            placesByBranch.remove(placesByBranch.keySet().iterator().next());
        }
        return places;
    }

    synchronized void joined(BranchId id, int partition) {
        places(id).joined.add(partition);
    }

    /** Where the session was in a branch. */
    synchronized Set<Integer> joined(BranchId id) {
        return new TreeSet<>(places(id).joined);
    }

    /** The session is about to leave a branch at a partition. */
    synchronized void leaving(BranchId id, int partition) {
        places(id).bytesByPartition.merge(partition, at(partition).bytes(), Long::sum);
    }

    /** Where the session has sent most; the home if it was nowhere else. */
    synchronized int withMostBytes(BranchId id) {
        int found = homeOf(id);
        long most = places(id).bytesByPartition.getOrDefault(found, 0L);
        for (Map.Entry<Integer, Long> each : places(id).bytesByPartition.entrySet()) {
            if (each.getValue() > most || most == 0 && each.getKey() != homeOf(id)) {
                most = each.getValue();
                found = each.getKey();
            }
        }
        return found;
    }

    /** The session is in no branch any more. */
    synchronized void left() {
        partsByPartition.values().forEach(BranchPart::left);
    }

    /** Whether nothing was done in a branch, now that it is prepared. */
    synchronized boolean prepared(BranchId id, PartitionAnswers<BranchPrepared> all) {
        Places places = places(id);
        all.answers()
                .forEach(
                        (partition, answer) -> {
                            if (!answer.readOnly()) {
                                places.prepared.add(partition);
                            }
                        });
        return places.prepared.isEmpty();
    }

    /** Where a branch was prepared with something to decide; empty if that is not known. */
    synchronized Set<Integer> preparedAt(BranchId id) {
        return new TreeSet<>(places(id).prepared);
    }

    synchronized void forget(BranchId id) {
        placesByBranch.remove(id);
    }

    synchronized void close() {
        partsByPartition.values().forEach(BranchPart::close);
    }
}
