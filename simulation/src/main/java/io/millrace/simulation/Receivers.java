package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an application receives: its consumers, and its durable subscriptions. */
final class Receivers {

    private static final int MAX_CONSUMERS = 6;
    private static final String TEAM = "team";

    private final World world;
    private final Node node;
    private final Application application;

    /** Durable subscriptions that it asked for and did not end; outlives the process. */
    private final Set<String> durables = new LinkedHashSet<>();

    /** Whether it used the shared durable subscription; outlives the process. */
    private boolean sharesTeam;

    // Of this life and this connection.
    private final List<SimulatedConsumer> consumers = new ArrayList<>();
    private final Set<String> opening = new LinkedHashSet<>();
    private boolean draining;
    private int lastPlain;

    Receivers(World world, Node node, Application application) {
        this.world = world;
        this.node = node;
        this.application = application;
    }

    /** The connection is gone with all consumers. */
    void forget() {
        consumers.forEach(SimulatedConsumer::gone);
        consumers.clear();
        opening.clear();
    }

    /** Drops the consumers that are done. */
    void tidy() {
        consumers.removeIf(SimulatedConsumer::isFinished);
    }

    /** Whether an answer is awaited. */
    boolean isOpening() {
        return !opening.isEmpty();
    }

    @Override
    public String toString() {
        return consumers + " opening " + opening;
    }

    boolean receives(String subscription) {
        return opening.contains(subscription)
                || consumers.stream()
                        .anyMatch(each -> each.source().subscription().equals(subscription));
    }

    void openConsumer(BrokerConnection current) {
        if (consumers.size() + opening.size() >= MAX_CONSUMERS) {
            return;
        }
        int choice = node.random.nextInt(10);
        if (choice < 2) {
            receiveOwn(current);
        } else if (choice < 4) {
            receiveShared(current, node.random.nextInt(4) == 0 ? Record.SELECTOR : null);
        } else if (choice < 5) {
            receivePlain(current);
        } else if (choice < 7) {
            receiveDurable(current, "durable-" + node.random.nextInt(2));
        } else if (choice < 9) {
            receiveTeam(current, node.random.nextBoolean());
        } else if (!application.temporaries().isEmpty()) {
            String name =
                    application
                            .temporaries()
                            .get(node.random.nextInt(application.temporaries().size()));
            receiveQueue(
                    current,
                    MillraceDestination.of(DestinationKind.TEMPORARY_QUEUE, name),
                    new SimulatedConsumer.Source(name, false, true));
        }
    }

    private void receiveOwn(BrokerConnection current) {
        if (!receives(application.own())) {
            receiveQueue(
                    current,
                    MillraceDestination.of(DestinationKind.QUEUE, application.own()),
                    new SimulatedConsumer.Source(application.own(), true, false));
        }
    }

    private void receiveShared(BrokerConnection current, @Nullable String selector) {
        receiveQueue(
                current,
                MillraceDestination.of(DestinationKind.QUEUE, application.shared()),
                new SimulatedConsumer.Source(application.shared(), false, false, selector));
    }

    private void receiveQueue(
            BrokerConnection current, MillraceDestination queue, SimulatedConsumer.Source source) {
        opening.add(source.subscription());
        var unused =
                current.locations()
                        .locateLater(queue)
                        .whenComplete(
                                (located, failed) -> receive(current, source, located, failed));
    }

    private void receivePlain(BrokerConnection current) {
        String subscription =
                "plain " + node.name + "/" + application.connections() + "/" + ++lastPlain;
        world.oracle().subscribed(subscription, application.topic(), true);
        subscribe(current, null, new SimulatedConsumer.Source(subscription, true, true));
    }

    private void receiveDurable(BrokerConnection current, String name) {
        String subscription = "durable " + node.name + ":" + name;
        if (!application.hasClientId() || receives(subscription)) {
            return;
        }
        durables.add(name);
        world.oracle().subscribed(subscription, application.topic(), true);
        if (isSelective(name)) {
            world.oracle().selective(subscription);
        }
        subscribe(current, name, new SimulatedConsumer.Source(subscription, true, false));
    }

    /** Joins the consumers of a shared subscription; those without a client id are one team. */
    private void receiveTeam(BrokerConnection current, boolean durable) {
        String subscription = team(durable);
        if (durable) {
            sharesTeam = true;
        }
        world.oracle().subscribed(subscription, application.topic(), false);
        SimulatedConsumer.Source source = new SimulatedConsumer.Source(subscription, false, true);
        opening.add(subscription);
        var unused =
                current.askLater(
                                id ->
                                        new ControlFrame.Subscribe(
                                                id,
                                                DestinationKind.TOPIC,
                                                application.topic(),
                                                TEAM,
                                                durable,
                                                true,
                                                null,
                                                false,
                                                id))
                        .whenComplete(
                                (located, failed) -> {
                                    if (failed == null && durable) {
                                        // An answer to Unsubscribe may have come meanwhile.
                                        sharesTeam = true;
                                        world.oracle()
                                                .lasting(subscription, application.topic(), false);
                                    }
                                    receive(current, source, (BrokerFrame.Located) located, failed);
                                });
    }

    private String team(boolean durable) {
        return (durable ? "durable team of " : "team of ")
                + application.topic()
                + (application.hasClientId() ? " " + node.name : "");
    }

    private void unsubscribeTeam(BrokerConnection current) {
        String subscription = team(true);
        world.oracle().unsubscribed(subscription);
        var unused =
                current.askLater(id -> new ControlFrame.Unsubscribe(id, TEAM))
                        .whenComplete(
                                (done, failed) -> {
                                    if (failed == null) {
                                        world.coverage().happened("seen team unsubscribed");
                                        // Who subscribed again meanwhile may have been first.
                                        world.oracle().unsubscribed(subscription);
                                        sharesTeam = false;
                                    } else if (application.uses(current)) {
                                        application.requireExpected(
                                                failed,
                                                ErrorCode.UNAVAILABLE,
                                                ErrorCode.IN_USE,
                                                ErrorCode.NO_SUCH_SUBSCRIPTION);
                                    }
                                });
    }

    /** Takes what is its own, and what it has no consumer of, back in time. */
    void rewind(BrokerConnection current) {
        if (!receives(application.own())) {
            rewind(
                    new SimulatedRewind(
                            world,
                            application,
                            current,
                            application.own(),
                            application.own(),
                            null));
            return;
        }
        for (String name : durables) {
            String subscription = "durable " + node.name + ":" + name;
            if (!receives(subscription)) {
                rewind(
                        new SimulatedRewind(
                                world,
                                application,
                                current,
                                subscription,
                                application.topic(),
                                name));
                return;
            }
        }
    }

    private void rewind(SimulatedRewind rewind) {
        opening.add(rewind.subscription());
        rewind.begin(() -> opening.remove(rewind.subscription()));
    }

    private static boolean isSelective(@Nullable String durable) {
        return "durable-1".equals(durable);
    }

    private void subscribe(
            BrokerConnection current, @Nullable String name, SimulatedConsumer.Source source) {
        opening.add(source.subscription());
        var unused =
                current.askLater(
                                id ->
                                        new ControlFrame.Subscribe(
                                                id,
                                                DestinationKind.TOPIC,
                                                application.topic(),
                                                name,
                                                name != null,
                                                false,
                                                isSelective(name) ? Record.SELECTOR : null,
                                                false,
                                                id))
                        .whenComplete(
                                (located, failed) -> {
                                    if (failed == null && name != null) {
                                        world.oracle()
                                                .lasting(
                                                        source.subscription(),
                                                        application.topic(),
                                                        true);
                                    }
                                    receive(current, source, (BrokerFrame.Located) located, failed);
                                });
    }

    private void receive(
            BrokerConnection current,
            SimulatedConsumer.Source source,
            BrokerFrame.@Nullable Located located,
            @Nullable Throwable failed) {
        if (!application.uses(current)) {
            return;
        }
        opening.remove(source.subscription());
        if (failed != null || located == null) {
            if (failed != null && source.mayVanish()) {
                application.requireExpected(
                        failed, ErrorCode.UNAVAILABLE, ErrorCode.INVALID_DESTINATION);
            } else if (failed != null) {
                application.requireExpected(failed, ErrorCode.UNAVAILABLE);
            }
            return;
        }
        SimulatedConsumer consumer = new SimulatedConsumer(world, node, current, source, located);
        if (draining) {
            consumer.drain();
        }
        consumers.add(consumer);
    }

    void closeConsumer() {
        if (!consumers.isEmpty()) {
            consumers.get(node.random.nextInt(consumers.size())).close();
        }
    }

    void unsubscribe(BrokerConnection current) {
        if (sharesTeam && node.random.nextInt(3) == 0) {
            unsubscribeTeam(current);
            return;
        }
        if (durables.isEmpty()) {
            return;
        }
        String name = durables.iterator().next();
        String subscription = "durable " + node.name + ":" + name;
        if (receives(subscription)) {
            return;
        }
        world.oracle().unsubscribed(subscription);
        opening.add(subscription);
        var unused =
                current.askLater(id -> new ControlFrame.Unsubscribe(id, name))
                        .whenComplete(
                                (done, failed) -> {
                                    if (!application.uses(current)) {
                                        return;
                                    }
                                    opening.remove(subscription);
                                    if (failed == null) {
                                        durables.remove(name);
                                    } else {
                                        application.requireExpected(
                                                failed,
                                                ErrorCode.UNAVAILABLE,
                                                ErrorCode.IN_USE,
                                                ErrorCode.NO_SUCH_SUBSCRIPTION);
                                    }
                                });
    }

    void receiveEverything(BrokerConnection current) {
        draining = true;
        consumers.forEach(SimulatedConsumer::drain);
        receiveOwn(current);
        boolean receivesAll =
                opening.contains(application.shared())
                        || consumers.stream()
                                .map(SimulatedConsumer::source)
                                .anyMatch(
                                        source ->
                                                source.subscription().equals(application.shared())
                                                        && source.selector() == null);
        if (!receivesAll) {
            receiveShared(current, null);
        }
        durables.forEach(name -> receiveDurable(current, name));
        if (sharesTeam && !receives(team(true))) {
            receiveTeam(current, true);
        }
    }
}
