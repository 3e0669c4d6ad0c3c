package io.millrace.simulation;

import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.SessionBranches;
import io.millrace.jms.client.SessionProducer;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.wire.BodyReference;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Id128;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a session sends in branches. Bodies of large messages go ahead: until the branch is prepared
 * they are dropped with it, and not afterwards.
 */
final class BranchSends {

    private static final int LONG_BYTES = 2_000;
    private static final int LARGE_ONE_IN = 8;

    private final World world;
    private final Application application;
    private final BrokerConnection connection;
    private final SessionBranches branches;
    private final Receiving session;
    private final String name;
    private final Random random;
    private final List<Body> bodies = new ArrayList<>();
    private int uploads;
    private boolean joining;

    /** A body that was sent ahead. */
    private record Body(int partition, BodyReference reference) {}

    BranchSends(
            World world,
            Application application,
            BrokerConnection connection,
            SessionBranches branches,
            Receiving session,
            String name,
            Random random) {
        this.world = world;
        this.application = application;
        this.connection = connection;
        this.branches = branches;
        this.session = session;
        this.name = name;
        this.random = random;
    }

    /** Sends some messages, or a large one. */
    void send() {
        MillraceDestination destination = someDestination();
        BrokerFrame.Located to = application.locate(connection, destination);
        if (to == null) {
            return;
        }
        if (random.nextInt(LARGE_ONE_IN) == 0) {
            upload(destination.name(), to);
            return;
        }
        whenJoined(to.partition(), () -> send(destination.name(), to), () -> {});
    }

    /** Whether the session is about to be in its branch at another partition. */
    boolean isJoining() {
        return joining;
    }

    private void whenJoined(int partition, Runnable then, Runnable otherwise) {
        TransactionRecord begun = session.record();
        joining = true;
        var unused =
                branches.joinAtLater(partition)
                        .whenComplete(
                                (done, failed) -> {
                                    joining = false;
                                    if (failed != null) {
                                        application.requireExpected(
                                                failed,
                                                ErrorCode.UNAVAILABLE,
                                                ErrorCode.ROLLED_BACK,
                                                ErrorCode.TRANSACTION_TIMED_OUT,
                                                ErrorCode.UNKNOWN_TRANSACTION);
                                    }
                                    boolean same =
                                            session.mayReceive() && session.record() == begun;
                                    if (failed == null && same && branches.isUsable()) {
                                        application.guarded(then);
                                    } else {
                                        otherwise.run();
                                    }
                                });
    }

    private void send(String destination, BrokerFrame.Located to) {
        for (int left = 1 + random.nextInt(4); left > 0 && branches.isUsable(); left--) {
            boolean persistent = random.nextInt(3) > 0;
            long now = application.node.clock.millis();
            long message = sending(destination, persistent);
            int size = random.nextInt(random.nextInt(12) == 0 ? LONG_BYTES : 120);
            branches.send(
                    to.partition(),
                    to.destinationId(),
                    now,
                    new TransactedSession.Outgoing(message, persistent, size, destination, now));
        }
    }

    private long sending(String destination, boolean persistent) {
        return world.oracle().sending(destination, name, persistent, session.record());
    }

    private MillraceDestination someDestination() {
        return switch (random.nextInt(4)) {
            case 0, 1 -> MillraceDestination.of(DestinationKind.QUEUE, application.managed());
            case 2 -> MillraceDestination.of(DestinationKind.QUEUE, application.shared());
            default -> MillraceDestination.of(DestinationKind.TOPIC, application.topic());
        };
    }

    // ---- large ones ----

    private void upload(String destination, BrokerFrame.Located to) {
        TransactionRecord begun = session.record();
        String body = "body/" + name + "/" + ++uploads;
        new SimulatedUpload(
                        application,
                        connection,
                        to.partition(),
                        body,
                        whole -> {
                            Body sent = new Body(to.partition(), whole);
                            if (!joining
                                    && session.mayReceive()
                                    && session.record() == begun
                                    && branches.isUsable()) {
                                whenJoined(
                                        to.partition(),
                                        () -> sendLarge(destination, to, sent),
                                        () -> drop(sent));
                            } else {
                                drop(sent);
                            }
                        })
                .begin();
    }

    private void sendLarge(String destination, BrokerFrame.Located to, Body body) {
        boolean persistent = random.nextInt(3) > 0;
        long now = application.node.clock.millis();
        long message = sending(destination, persistent);
        branches.send(
                to.partition(),
                to.destinationId(),
                now,
                new Large(message, persistent, body.reference(), destination, now));
        bodies.add(body);
    }

    private void drop(Body body) {
        connection.locations().dropBody(body.partition(), body.reference().destinationId());
    }

    /** The branch is prepared, or committed. */
    void kept() {
        if (!bodies.isEmpty()) {
            world.coverage().happened("seen a large body kept by a branch");
        }
        bodies.clear();
    }

    /** The branch is over, and nothing of it happened, as far as anybody knows. */
    void rolledBack() {
        bodies.forEach(this::drop);
        bodies.clear();
    }

    /** A message whose body was sent ahead. */
    private record Large(
            long id, boolean isPersistent, BodyReference body, String destination, long nowMillis)
            implements SessionProducer.Outgoing {

        @Override
        public void encode(WireOutput to, long baseTimeMillis) {
            Record.writeLarge(to, id, isPersistent, body, destination, nowMillis);
        }

        @Override
        public void numbered(Id128 producerId, long sequence) {
            // The oracle has numbers of its own.
        }
    }
}
