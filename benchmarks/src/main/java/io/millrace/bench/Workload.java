package io.millrace.bench;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.List;

/**
 * What an application does with a provider. A new workload is a new case here and in {@link #ALL}.
 */
sealed interface Workload permits AsyncSends, SyncSends {

    /**
     * Messages on their way to the consumer before the producer is held back. Bounds the backlog,
     * so that the rate is the one end to end and no broker is made to page; large enough that no
     * provider is slowed (see the README).
     */
    int BACKLOG = 100_000;

    List<Workload> ALL = List.of(new AsyncSends(100, 8_192), new SyncSends(1_024));

    /** As on the command line. */
    String name();

    /** In words, for people. */
    String title();

    /** Begins on a queue of its own and goes on until the load is stopped. */
    Load start(ConnectionFactory factory, String queue) throws JMSException;

    static Workload named(String name) {
        return ALL.stream()
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Expected one of %s, but the workload is %s"
                                                .formatted(
                                                        ALL.stream().map(Workload::name).toList(),
                                                        name)));
    }
}
