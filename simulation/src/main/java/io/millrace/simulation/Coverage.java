package io.millrace.simulation;

import io.millrace.core.Effect;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.catalog.CatalogEvent;
import io.millrace.core.partition.LifeEvent;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.TransactionStep;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often each command, event, effect and fault happened. */
final class Coverage {

    /** What no run can exercise, and why. */
    private static final Map<Class<?>, String> REASON_BY_EXEMPT =
            Map.of(
                    LifeEvent.Blank.class,
                    "only 'millrace log repair' writes it, of which the simulation has none",
                    PartitionCommand.ReadFailed.class,
                    "a disk refuses a read once here, and each is tried twice; crash.FaultyDiskTest"
                            + " breaks them for longer");

    private final Map<Class<?>, long[]> countByClass = new IdentityHashMap<>();
    private final TreeMap<String, Long> countByName = new TreeMap<>();

    /** A command, an event or an effect happened. */
    void happened(Class<?> type) {
        countByClass.computeIfAbsent(type, each -> new long[1])[0]++;
    }

    /** A fault, or something else worth counting, happened. */
    void happened(String name) {
        countByName.merge(name, 1L, Long::sum);
    }

    /** Adds what another run exercised. */
    void add(Coverage other) {
        other.counts().forEach((name, count) -> countByName.merge(name, count, Long::sum));
    }

    /** All counts by name, those that have to happen and did not with zero. */
    TreeMap<String, Long> counts() {
        TreeMap<String, Long> counts = new TreeMap<>(countByName);
        for (Class<?> sealed :
                List.of(
                        PartitionCommand.class,
                        TransactionStep.class,
                        CatalogCommand.class,
                        PartitionEvent.class,
                        CatalogEvent.class,
                        Effect.class)) {
            expect(sealed, counts);
        }
        for (FaultKind fault : FaultKind.values()) {
            counts.putIfAbsent(name(fault), 0L);
        }
        counts.putIfAbsent("seen a large body whole", 0L);
        counts.putIfAbsent("seen late outcome COMMITTED", 0L);
        counts.putIfAbsent("seen late outcome ROLLED_BACK", 0L);
        counts.putIfAbsent("seen early outcome ROLLED_BACK", 0L);
        counts.putIfAbsent("seen a large body kept by a branch", 0L);
        for (LossyIndex.Happening each : LossyIndex.Happening.values()) {
            counts.putIfAbsent(each.text(), 0L);
        }
        countByClass.forEach(
                (type, count) ->
                        counts.merge(name(type.getInterfaces()[0], type), count[0], Long::sum));
        return counts;
    }

    private static void expect(Class<?> sealed, TreeMap<String, Long> counts) {
        for (Class<?> each : sealed.getPermittedSubclasses()) {
            if (each.isSealed()) {
                expect(each, counts);
            } else if (!REASON_BY_EXEMPT.containsKey(each)) {
                counts.putIfAbsent(name(sealed, each), 0L);
            }
        }
    }

    /** What never happened. */
    List<String> missing() {
        return counts().entrySet().stream()
                .filter(entry -> entry.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    static String name(FaultKind fault) {
        return "fault " + fault;
    }

    private static String name(Class<?> sealed, Class<?> type) {
        String kind = sealed.getSimpleName();
        String group =
                kind.matches(".*(Command|Step)")
                        ? "command"
                        : kind.endsWith("Event") ? "event" : "effect";
        String owner = kind.replaceAll("(Command|Step|Event|Effect)$", "");
        return group + " " + (owner.isEmpty() ? "" : owner + ".") + type.getSimpleName();
    }

    /** A table, a line for each. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        counts().forEach((name, count) -> text.append(String.format("%10d  %s%n", count, name)));
        REASON_BY_EXEMPT.forEach(
                (type, reason) ->
                        text.append(
                                String.format(
                                        "    exempt  %s: %s%n",
                                        name(type.getInterfaces()[0], type), reason)));
        return text.toString();
    }
}
