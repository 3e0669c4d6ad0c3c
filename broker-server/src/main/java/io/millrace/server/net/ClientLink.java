package io.millrace.server.net;

import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.partition.Filter;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.selector.Selector;
import io.millrace.selector.SelectorSyntaxException;
import io.millrace.server.users.Authenticator;
import io.millrace.wire.BranchFrame;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ClientFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.FrameLink;
import io.millrace.wire.FrameReader;
import io.millrace.wire.TemporaryName;
import io.millrace.wire.TrafficFrame;
import io.millrace.wire.TransactionFrame;
import io.millrace.wire.WireFormatException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's end of one link: the one place where frames become commands.
 *
 * <p>Frames arrive one at a time; {@link #handled} may be called by any thread.
 */
public final class ClientLink implements FrameLink.Listener, ClientFrame.Handler<Boolean> {

    private static final Logger LOG = LoggerFactory.getLogger(ClientLink.class);

    private static final String PRODUCT = "Millrace 0.1";
    private static final int HEARTBEAT_MILLIS = 10_000;

    /** A client that misses so many heartbeats is taken for dead, and so does it take a broker. */
    private static final int MISSED_HEARTBEATS = 3;

    /** How long nothing may be heard of a client, in milliseconds. */
    static final long SILENCE_MILLIS = (long) MISSED_HEARTBEATS * HEARTBEAT_MILLIS;

    /** The partition's own thread handles larger batches, so that this one reads on. */
    private static final int HELP_BYTES = 8 << 10;

    private final long linkId;
    private final FrameLink link;
    private final Router router;
    private final Authenticator authenticator;
    private final Backpressure pressure;
    private final Map<Integer, OpenedProducer> producersByHandle = new HashMap<>();
    private final LeftMail leftMail = new LeftMail();
    private final TransactionCommands transactions = new TransactionCommands();
    private boolean greeted;

    // Written once, under this, by whoever checked the user.
    private volatile @Nullable Origin origin;
    private boolean gone;
    private boolean saidGoodbye;
    private volatile boolean refused;

    /** A link that anybody may use. */
    public ClientLink(long linkId, FrameLink link, Router router) {
        this(linkId, link, router, Authenticator.everybody());
    }

    public ClientLink(long linkId, FrameLink link, Router router, Authenticator authenticator) {
        this.linkId = linkId;
        this.link = link;
        this.pressure = new Backpressure(link);
        this.router = router;
        this.authenticator = authenticator;
    }

    /** A send of this link left the mailbox. */
    public void handled(int bytes) {
        pressure.handled(bytes);
    }

    @Override
    public void received(byte[] array, int offset, int length) {
        if (refused) {
            // Nothing behind what the link is closed for is looked at.
            return;
        }
        try {
            FrameReader.clientFrame(array, offset, length).dispatch(this);
        } catch (WireFormatException e) {
            close(ErrorCode.PROTOCOL, e.getMessage() == null ? "malformed frame" : e.getMessage());
        }
    }

    @Override
    public void readComplete(boolean lendsThread) {
        leftMail.see(router, lendsThread);
    }

    @Override
    public void malformed(String reason) {
        close(ErrorCode.PROTOCOL, reason);
    }

    @Override
    public void closed(String reason) {
        router.forget(linkId);
        Origin from;
        synchronized (this) {
            gone = true;
            from = origin;
        }
        if (from != null && !saidGoodbye) {
            LOG.debug("link {} of connection {} closed: {}", linkId, from.connectionId(), reason);
            router.lost(from);
        }
    }

    @Override
    public Boolean hello(ControlFrame.Hello frame) {
        if (greeted) {
            return close(
                    ErrorCode.PROTOCOL,
                    "Expected one Hello on a connection, but a second one came");
        }
        Greeting greeting = Greeting.of(frame);
        if (greeting.refused() != null) {
            return close(greeting.refused(), greeting.text());
        }
        greeted = true;
        Origin from = new Origin(linkId, frame.connectionId(), greeting.user());
        authenticator.check(greeting.user(), greeting.password(), refusal -> admit(from, refusal));
        return true;
    }

    /** The answer about a user; may come from another thread, and when the link is gone already. */
    private synchronized void admit(Origin from, @Nullable String refusal) {
        if (gone) {
            return;
        }
        if (refusal != null) {
            close(ErrorCode.NOT_AUTHORIZED, refusal);
            return;
        }
        origin = from;
        router.opened(from);
        send(
                new BrokerFrame.Welcome(
                        Frame.PROTOCOL_VERSION,
                        router.incarnation(),
                        PRODUCT,
                        Frame.MAX_BYTES,
                        HEARTBEAT_MILLIS,
                        router.maxMessageBytes(),
                        router.maxBatchBytes(),
                        router.partitions()));
    }

    @Override
    public Boolean authenticate(ControlFrame.Authenticate frame) {
        return close(ErrorCode.PROTOCOL, "Expected no further authentication step, but one came");
    }

    @Override
    public Boolean ping(ControlFrame.Ping frame) {
        authenticated();
        return send(new BrokerFrame.Pong(frame.token()));
    }

    @Override
    public Boolean goodbye(ControlFrame.Goodbye frame) {
        Origin from = authenticated();
        saidGoodbye = true;
        router.ended(from);
        return send(new BrokerFrame.Done(frame.requestId()));
    }

    @Override
    public Boolean claimClientId(ControlFrame.ClaimClientId frame) {
        router.toCatalog(
                new CatalogCommand.ClaimClientId(
                        authenticated(), frame.requestId(), frame.clientId()));
        return true;
    }

    @Override
    public Boolean resolveDestination(ControlFrame.ResolveDestination frame) {
        if (frame.kind().isTemporary()) {
            router.toPartition(
                    TemporaryName.partitionOf(frame.name()),
                    new PartitionCommand.FindTemporary(
                            authenticated(), frame.requestId(), frame.name()));
        } else {
            router.toCatalog(
                    new CatalogCommand.ResolveDestination(
                            authenticated(), frame.requestId(), frame.kind(), frame.name()));
        }
        return true;
    }

    @Override
    public Boolean createTemporary(ControlFrame.CreateTemporary frame) {
        if (!frame.kind().isTemporary()) {
            return close(
                    ErrorCode.PROTOCOL, "Expected a temporary kind, but it is " + frame.kind());
        }
        router.toPartition(
                TemporaryName.partitionOf(frame.name()),
                new PartitionCommand.OpenTemporary(
                        authenticated(), frame.requestId(), frame.kind(), frame.name()));
        return true;
    }

    @Override
    public Boolean deleteTemporary(ControlFrame.DeleteTemporary frame) {
        router.toPartition(
                frame.partition(),
                new PartitionCommand.DeleteTemporary(
                        authenticated(), frame.requestId(), frame.destinationId()));
        return true;
    }

    @Override
    public Boolean subscribe(ControlFrame.Subscribe frame) {
        Origin from = authenticated();
        String outOfPlace = Subscribing.outOfPlace(frame);
        if (outOfPlace != null) {
            return close(ErrorCode.PROTOCOL, outOfPlace);
        }
        if (frame.durable() && frame.kind() == DestinationKind.TEMPORARY_TOPIC) {
            return send(
                    new BrokerFrame.Refused(
                            frame.requestId(),
                            ErrorCode.INVALID_DESTINATION,
                            "Expected a topic that outlives its connection for a durable"
                                    + " subscription, but it is temporary",
                            0));
        }
        if (!isSelector(frame.requestId(), frame.selector())) {
            return true;
        }
        Filter filter = new Filter(Subscribing.orNone(frame.selector()), frame.noLocal(), null);
        if (frame.kind() == DestinationKind.TEMPORARY_TOPIC) {
            router.toPartition(
                    TemporaryName.partitionOf(frame.topic()),
                    Subscribing.toTemporary(frame, from, filter));
        } else {
            router.toCatalog(Subscribing.toCatalog(frame, from, filter));
        }
        return true;
    }

    /** Whether a selector is one or there is none; else the request is refused. */
    private boolean isSelector(long requestId, @Nullable String selector) {
        String selects = Subscribing.orNone(selector);
        try {
            if (selects != null) {
                Selector.parse(selects);
            }
            return true;
        } catch (SelectorSyntaxException e) {
            send(
                    new BrokerFrame.Refused(
                            requestId,
                            ErrorCode.INVALID_SELECTOR,
                            String.valueOf(e.getMessage()),
                            0));
            return false;
        }
    }

    @Override
    public Boolean unsubscribe(ControlFrame.Unsubscribe frame) {
        router.toCatalog(
                new CatalogCommand.Unsubscribe(authenticated(), frame.requestId(), frame.name()));
        return true;
    }

    @Override
    public Boolean rewind(ControlFrame.Rewind frame) {
        Origin from = authenticated();
        if (frame.kind().isTemporary()) {
            return close(
                    ErrorCode.PROTOCOL,
                    "Expected a queue or a topic to rewind, but it is a " + frame.kind());
        }
        if (isSelector(frame.requestId(), frame.selector())) {
            router.toCatalog(
                    new CatalogCommand.Rewind(
                            from,
                            frame.requestId(),
                            frame.kind(),
                            frame.destination(),
                            frame.subscription(),
                            frame.clientId(),
                            frame.from(),
                            frame.value(),
                            Subscribing.orNone(frame.selector()),
                            frame.dryRun()));
        }
        return true;
    }

    @Override
    public Boolean openProducer(TrafficFrame.OpenProducer frame) {
        Origin from = authenticated();
        producersByHandle.put(
                frame.handle(), new OpenedProducer(frame.producerId(), frame.partition()));
        router.toPartition(
                frame.partition(),
                new PartitionCommand.OpenProducer(
                        from,
                        frame.handle(),
                        frame.producerId(),
                        frame.resuming(),
                        frame.requestId()));
        return true;
    }

    @Override
    public Boolean closeProducer(TrafficFrame.CloseProducer frame) {
        OpenedProducer closed = producersByHandle.remove(frame.handle());
        if (closed != null) {
            router.toPartition(
                    closed.partition(),
                    new PartitionCommand.CloseProducer(authenticated(), closed.id()));
        }
        return true;
    }

    @Override
    public Boolean send(TrafficFrame.Send frame) {
        Origin from = authenticated();
        OpenedProducer producer = producersByHandle.get(frame.handle());
        if (producer == null || !frame.batch().producerId().equals(producer.id())) {
            return close(
                    ErrorCode.PROTOCOL,
                    "Expected a batch of the producer with handle "
                            + frame.handle()
                            + ", but its producer id is "
                            + frame.batch().producerId());
        }
        transactions.require(frame.batch());
        frame.batch().validate();
        pressure.added(frame.batch().length());
        PartitionCommand.Enqueue enqueue =
                new PartitionCommand.Enqueue(
                        from, frame.handle(), frame.epoch(), frame.destinationId(), frame.batch());
        if (frame.batch().length() > HELP_BYTES) {
            router.toPartition(producer.partition(), enqueue);
        } else {
            leaveToHelp(producer.partition(), enqueue);
        }
        return true;
    }

    @Override
    public Boolean attach(TrafficFrame.Attach frame) {
        Origin from = authenticated();
        if (!isSelector(frame.requestId(), frame.selector())) {
            return true;
        }
        router.toPartition(
                frame.partition(),
                new PartitionCommand.Attach(
                        from,
                        frame.requestId(),
                        frame.consumerId(),
                        frame.subscriptionId(),
                        frame.creditMessages(),
                        frame.creditBytes(),
                        frame.settled(),
                        frame.held(),
                        frame.released(),
                        Subscribing.orNone(frame.selector()),
                        frame.replays()));
        return true;
    }

    @Override
    public Boolean detach(TrafficFrame.Detach frame) {
        router.toPartition(
                frame.partition(),
                new PartitionCommand.Detach(
                        authenticated(), frame.requestId(), frame.consumerId(), frame.held()));
        return true;
    }

    @Override
    public Boolean credit(TrafficFrame.Credit frame) {
        leaveToHelp(
                frame.partition(),
                new PartitionCommand.Credit(
                        authenticated(),
                        frame.consumerId(),
                        frame.messages(),
                        frame.bytes(),
                        frame.drain(),
                        frame.paused()));
        return true;
    }

    @Override
    public Boolean settle(TrafficFrame.Settle frame) {
        if (frame.transactionId().length > 0) {
            return close(
                    ErrorCode.NOT_SUPPORTED,
                    "Expected a settlement outside of a transaction, but it belongs to one;"
                            + " those stand in Commit");
        }
        PartitionCommand.Settle settle =
                new PartitionCommand.Settle(
                        authenticated(),
                        frame.consumerId(),
                        frame.settleId(),
                        frame.epoch(),
                        frame.outcome(),
                        frame.sequences(),
                        frame.awaited(),
                        frame.why());
        if (frame.awaited()) {
            leaveToHelp(frame.partition(), settle);
        } else {
            router.toPartitionUnhurried(frame.partition(), settle);
        }
        return true;
    }

    @Override
    public Boolean browse(TrafficFrame.Browse frame) {
        Origin from = authenticated();
        if (isSelector(frame.requestId(), frame.selector())) {
            router.toPartition(
                    frame.partition(),
                    new PartitionCommand.Browse(
                            from,
                            frame.requestId(),
                            frame.subscriptionId(),
                            frame.position(),
                            frame.messages(),
                            frame.bytes(),
                            Subscribing.orNone(frame.selector())));
        }
        return true;
    }

    @Override
    public Boolean transaction(TransactionFrame frame) {
        if (transactions.pass(frame, authenticated(), router)) {
            leftMail.at(frame.partition());
        }
        return true;
    }

    @Override
    public Boolean branch(BranchFrame frame) {
        return BranchCommands.pass(frame, authenticated(), producersByHandle, router);
    }

    private void leaveToHelp(int partition, PartitionCommand command) {
        router.leaveToHelp(partition, command);
        leftMail.at(partition);
    }

    /** Nothing but Hello is looked at before the client has said who it is. */
    private Origin authenticated() {
        Origin from = origin;
        if (from == null || saidGoodbye) {
            throw new WireFormatException(
                    "Expected Hello first and nothing after Goodbye, but another frame came");
        }
        return from;
    }

    private Boolean send(BrokerFrame frame) {
        byte[] bytes = frame.encoded();
        link.send(bytes, 0, bytes.length);
        return true;
    }

    private Boolean close(ErrorCode code, String message) {
        refused = true;
        LOG.warn("link {}: closing: {}", linkId, message);
        send(new BrokerFrame.Closing(code, message, -1));
        link.close();
        return false;
    }
}
