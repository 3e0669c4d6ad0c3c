package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;

/**
 * The two sessions of a connection that have transactions: one decides them itself, one has them
 * decided.
 */
final class TransactedSessions {

    private final Application application;
    private final BrokerConnection connection;
    private final Doubts doubts;
    private final TransactedSession local;
    private final ManagedSession managed;

    /**
     * @param name of the connection
     * @param shard whose transaction manager decides
     */
    TransactedSessions(
            World world,
            Application application,
            BrokerConnection connection,
            String name,
            String shard) {
        this.application = application;
        this.connection = connection;
        doubts = world.doubts(shard);
        local =
                new TransactedSession(
                        world, doubts, application.node, application, connection, name + "tx");
        managed =
                new ManagedSession(
                        world, application, connection, world.manager(shard), name + "xa");
    }

    /** Do something, whatever chance says. */
    void step() {
        doubts.ask(connection, application);
        local.step();
        managed.step();
    }

    /** Receive what there is for them alone, and end what they began. */
    void drain() {
        doubts.ask(connection, application);
        local.drain();
        managed.drain();
    }

    /** Whether nothing waits for an answer. */
    boolean isIdle() {
        return local.isIdle() && managed.isIdle();
    }

    /** Their application died, or their connection is gone. */
    void died() {
        local.died();
        managed.died();
    }

    @Override
    public String toString() {
        return local + " " + managed;
    }
}
