package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.ClientOptions;
import io.millrace.jms.client.RefusedException;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A program that uses one connection at a time to send, to receive, and for all else there is. */
final class Application {

    private static final long SECOND = 1_000 * Node.MILLI;

    final Node node;
    private final World world;
    private final List<Network.Door> doors;
    private final String prefix;
    private final @Nullable String clientId;
    private final ClientOptions options;
    private final int paceMillis;

    private final Receivers receivers;
    private final Senders senders;

    // Of this life and this connection.
    private final Map<MillraceDestination, BrokerFrame.Located> located = new LinkedHashMap<>();
    private final List<String> temporaries = new ArrayList<>();
    private @Nullable TransactedSessions transacted;
    private @Nullable BrokerConnection connection;
    private boolean ready;
    private boolean draining;
    private int connections;
    private int names;

    /**
     * @param prefix of its destinations' names: the shard that its doors lead to
     */
    Application(String name, World world, List<Network.Door> doors, String prefix) {
        this.node = new Node(name, world.timeline(), world.scenario().seed());
        this.world = world;
        this.doors = doors;
        this.prefix = prefix;
        this.clientId = node.random.nextInt(3) > 0 ? name : null;
        this.options = options();
        this.receivers = new Receivers(world, node, this);
        this.senders = new Senders(world, node, this);
        this.paceMillis = 4 + node.random.nextInt(60);
        world.oracle().lasting(own(), own(), true);
        world.oracle().lasting(shared(), shared(), false);
        world.oracle().lasting(owned(), owned(), true);
        world.oracle().lasting(managed(), managed(), true);
    }

    private ClientOptions options() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("reconnect.max.ms", "60000");
        values.put("connect.timeout.ms", String.valueOf(1_000 + node.random.nextInt(14_000)));
        values.put("send.window", String.valueOf(1 + node.random.nextInt(60)));
        values.put("send.batch.bytes", String.valueOf(500 + node.random.nextInt(7_000)));
        values.put("send.batches.in.flight", String.valueOf(1 + node.random.nextInt(8)));
        values.put("consumer.credit", String.valueOf(1 + node.random.nextInt(80)));
        values.put("consumer.credit.bytes", String.valueOf(1_024 + node.random.nextInt(30_000)));
        values.put("receive.readahead", String.valueOf(1 + node.random.nextInt(30)));
        values.put("autoAck", node.random.nextInt(4) == 0 ? "confirmed" : "pipelined");
        values.put("autoAck.window", String.valueOf(1 + node.random.nextInt(50)));
        return ClientOptions.parse(values);
    }

    /** Without a dot: wherever the catalog places it. */
    String own() {
        return prefix + "-only-" + node.name;
    }

    String shared() {
        return prefix + "-shared";
    }

    /** The queue of its transacted session. */
    String owned() {
        return prefix + "-transacted-" + node.name;
    }

    /** The queue of its session that a transaction manager decides about. */
    String managed() {
        return prefix + "-managed-" + node.name;
    }

    String topic() {
        return prefix + "-topic";
    }

    boolean hasClientId() {
        return clientId != null;
    }

    /** How many connections it had so far. */
    int connections() {
        return connections;
    }

    /** Its temporary queues. */
    List<String> temporaries() {
        return temporaries;
    }

    /** Whether a connection is the one that it uses now. */
    boolean uses(BrokerConnection one) {
        return one == connection;
    }

    // --- life ---

    /** The program starts. */
    void start() {
        node.revive();
        beat();
        act();
        connect();
    }

    /** The program is killed. */
    void kill() {
        senders.died();
        forgetConnection();
        node.kill();
        world.trace().mark(20, () -> node.name + " dies");
    }

    /** From now on only finishes what it began, and receives all there is. */
    void drain() {
        draining = true;
    }

    @Override
    public String toString() {
        return node.name
                + (node.isAlive() ? "" : " dead")
                + (ready ? "" : " not connected")
                + " "
                + receivers
                + " "
                + transacted;
    }

    private void forgetConnection() {
        senders.forget();
        if (transacted != null) {
            transacted.died();
            transacted = null;
        }
        receivers.forget();
        located.clear();
        temporaries.forEach(world.oracle()::unsubscribed);
        temporaries.clear();
        connection = null;
        ready = false;
    }

    private void connect() {
        connections++;
        BrokerConnection[] itself = new BrokerConnection[1];
        BrokerConnection fresh =
                new BrokerConnection(
                        "the simulated broker",
                        options,
                        new SimulatedSurroundings(node, world.network(), doors),
                        new byte[0],
                        failure -> givenUp(itself[0], failure));
        itself[0] = fresh;
        connection = fresh;
        var unused =
                fresh.openLater()
                        .thenCompose(
                                done ->
                                        clientId == null
                                                ? CompletableFuture.completedFuture(null)
                                                : fresh.claimClientIdLater(clientId))
                        .whenComplete((done, failed) -> opened(fresh, failed));
    }

    private void opened(BrokerConnection fresh, @Nullable Throwable failed) {
        if (fresh != connection) {
            return;
        }
        if (failed == null) {
            ready = true;
            return;
        }
        requireExpected(failed, ErrorCode.UNAVAILABLE, ErrorCode.CLIENT_ID_IN_USE);
        // As an application that could not connect: closes, and tries again.
        forgetConnection();
        var unused = fresh.closeLater();
        again();
    }

    private void again() {
        node.after((100 + node.random.nextInt(900)) * Node.MILLI, this::connect);
    }

    private void givenUp(BrokerConnection failed, RuntimeException failure) {
        world.coverage().happened("seen connection given up");
        requireExpected(failure, ErrorCode.UNAVAILABLE);
        if (failed == connection) {
            forgetConnection();
            again();
        }
    }

    /** Lost links and brokers that are away are no news; anything else is. */
    void requireExpected(Throwable failed, ErrorCode... codes) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null
                        ? failed.getCause()
                        : failed;
        if (cause instanceof Violation violation) {
            raise(violation);
            return;
        }
        if (cause instanceof IOException) {
            return;
        }
        if (cause instanceof RefusedException refused && List.of(codes).contains(refused.code())) {
            return;
        }
        raise(new Violation(Check.NO_REFUSAL_WITHOUT_CAUSE, node.name + " is told: " + cause));
    }

    /** Runs a check where a future would keep what it throws for itself. */
    void orRaise(Runnable check) {
        try {
            check.run();
        } catch (Violation violation) {
            raise(violation);
        }
    }

    /** Not here, where a future would keep it for itself. */
    private void raise(Violation violation) {
        world.timeline()
                .after(
                        0,
                        () -> {
                            throw violation;
                        });
    }

    private void beat() {
        node.after(
                SECOND,
                () -> {
                    BrokerConnection current = connection;
                    if (current != null) {
                        current.heartbeat();
                    }
                    beat();
                });
    }

    // --- what it does ---

    private void act() {
        node.after(
                (1 + node.random.nextInt(2 * paceMillis)) * Node.MILLI,
                () -> {
                    receivers.tidy();
                    BrokerConnection current = connection;
                    if (ready && current != null) {
                        if (draining) {
                            senders.flush();
                            receivers.receiveEverything(current);
                            transacted(current).drain();
                        } else {
                            doSomething(current);
                            // It may just have said goodbye.
                            if (current == connection && node.random.nextInt(3) == 0) {
                                transacted(current).step();
                            }
                        }
                    }
                    act();
                });
    }

    private TransactedSessions transacted(BrokerConnection current) {
        TransactedSessions sessions = transacted;
        if (sessions == null) {
            sessions = new TransactedSessions(world, this, current, nextName(), prefix);
            transacted = sessions;
        }
        return sessions;
    }

    /** For something of the current connection. */
    String nextName() {
        return node.name + "/" + connections + "/" + ++names;
    }

    /** Runs what a future would swallow a violation of. */
    void guarded(Runnable check) {
        try {
            check.run();
        } catch (Violation violation) {
            raise(violation);
        }
    }

    private void doSomething(BrokerConnection current) {
        int choice = node.random.nextInt(100);
        if (choice < 60) {
            senders.send(current, someDestination());
        } else if (choice < 68) {
            senders.open(current, someDestination());
        } else if (choice < 70) {
            senders.close(current);
        } else if (choice < 86) {
            receivers.openConsumer(current);
        } else if (choice < 91) {
            receivers.closeConsumer();
        } else if (choice < 94) {
            createTemporary(current);
        } else if (choice < 96) {
            deleteTemporary(current);
        } else if (choice < 97) {
            receivers.unsubscribe(current);
        } else if (choice < 98) {
            browse(current);
        } else if (choice < 99) {
            receivers.rewind(current);
        } else if (choice == 99 && node.random.nextInt(4) == 0) {
            sayGoodbye(current);
        }
    }

    /** Where a destination is; null if it is asked for just now. */
    BrokerFrame.@Nullable Located locate(
            BrokerConnection current, MillraceDestination destination) {
        BrokerFrame.Located known = located.get(destination);
        if (known != null) {
            return known;
        }
        var unused =
                current.locations()
                        .locateLater(destination)
                        .whenComplete(
                                (found, failed) -> {
                                    if (current != connection) {
                                        return;
                                    }
                                    if (failed != null) {
                                        requireExpected(
                                                failed,
                                                ErrorCode.UNAVAILABLE,
                                                ErrorCode.INVALID_DESTINATION);
                                        return;
                                    }
                                    located.put(destination, found);
                                });
        return null;
    }

    private MillraceDestination someDestination() {
        int choice = node.random.nextInt(8);
        if (choice < 3) {
            return MillraceDestination.of(DestinationKind.QUEUE, own());
        }
        if (choice < 5) {
            return MillraceDestination.of(DestinationKind.QUEUE, shared());
        }
        if (choice < 7 || temporaries.isEmpty()) {
            return MillraceDestination.of(DestinationKind.TOPIC, topic());
        }
        return MillraceDestination.of(
                DestinationKind.TEMPORARY_QUEUE,
                temporaries.get(node.random.nextInt(temporaries.size())));
    }

    private void browse(BrokerConnection current) {
        String name = node.random.nextBoolean() ? own() : shared();
        MillraceDestination queue = MillraceDestination.of(DestinationKind.QUEUE, name);
        var unused =
                current.locations()
                        .locateLater(queue)
                        .whenComplete(
                                (located, failed) -> {
                                    if (failed != null) {
                                        requireExpected(failed, ErrorCode.UNAVAILABLE);
                                    } else if (current == connection) {
                                        new SimulatedBrowser(world, this, current, name, located)
                                                .step();
                                    }
                                });
    }

    private void createTemporary(BrokerConnection current) {
        if (temporaries.size() >= 2) {
            return;
        }
        var unused =
                current.locations()
                        .createTemporaryLater(DestinationKind.TEMPORARY_QUEUE)
                        .whenComplete(
                                (name, failed) -> {
                                    if (current != connection) {
                                        return;
                                    }
                                    if (failed != null) {
                                        requireExpected(failed, ErrorCode.UNAVAILABLE);
                                        return;
                                    }
                                    temporaries.add(name);
                                    world.oracle().subscribed(name, name, false);
                                });
    }

    private void deleteTemporary(BrokerConnection current) {
        if (temporaries.isEmpty()) {
            return;
        }
        String name = temporaries.get(0);
        if (receivers.receives(name)) {
            return;
        }
        MillraceDestination destination =
                MillraceDestination.of(DestinationKind.TEMPORARY_QUEUE, name);
        temporaries.remove(name);
        located.remove(destination);
        world.oracle().unsubscribed(name);
        var unused =
                current.locations()
                        .deleteTemporaryLater(destination)
                        .whenComplete(
                                (done, failed) -> {
                                    if (failed != null && current == connection) {
                                        requireExpected(
                                                failed, ErrorCode.UNAVAILABLE, ErrorCode.IN_USE);
                                    }
                                });
    }

    private void sayGoodbye(BrokerConnection current) {
        // What is under way would be refused for no other reason than that it is closed.
        if (senders.isIdle()
                && !receivers.isOpening()
                && (transacted == null || transacted.isIdle())) {
            forgetConnection();
            var unused = current.closeLater();
            again();
        }
    }
}
