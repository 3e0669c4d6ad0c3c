package io.millrace.simulation;

import io.millrace.core.log.LogEntry;
import java.util.HashMap;
import java.util.Map;

/**
 * What everything in a simulation shares.
 *
 * @param planted what planted bugs remember, by the name of the log that they sit in
 * @param managersByShard who decides distributed transactions
 */
record World(
        Scenario scenario,
        Timeline timeline,
        Trace trace,
        Coverage coverage,
        Network network,
        Oracle oracle,
        Map<String, LogEntry> planted,
        Map<String, TransactionManager> managersByShard,
        Map<String, Doubts> doubtsByShard) {

    /** A world before its beginning. */
    static World of(Scenario scenario, boolean verbose) {
        Timeline timeline = new Timeline();
        Trace trace = new Trace(timeline, verbose);
        Coverage coverage = new Coverage();
        return new World(
                scenario,
                timeline,
                trace,
                coverage,
                new Network(timeline, trace, scenario.seed()),
                new Oracle(trace, coverage),
                new HashMap<>(),
                new HashMap<>(),
                new HashMap<>());
    }

    /** Who decides the distributed transactions of a shard. */
    TransactionManager manager(String shard) {
        return managersByShard.computeIfAbsent(shard, name -> new TransactionManager(this));
    }

    /** Who asks what became of the transactions of a shard's applications. */
    Doubts doubts(String shard) {
        return doubtsByShard.computeIfAbsent(shard, name -> new Doubts(this, name));
    }
}
