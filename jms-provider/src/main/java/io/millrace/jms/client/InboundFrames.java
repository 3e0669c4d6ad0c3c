package io.millrace.jms.client;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.Browsed;
import io.millrace.wire.ClientFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.FrameLink;
import io.millrace.wire.FrameReader;
import io.millrace.wire.Rewound;
import io.millrace.wire.TransactionAnswer;
import io.millrace.wire.WireFormatException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the broker says over one link: the one place where frames reach the cores. Called by the
 * link's thread.
 */
abstract class InboundFrames implements FrameLink.Listener, BrokerFrame.Handler<Boolean> {

    private static final Logger LOG = LoggerFactory.getLogger(InboundFrames.class);

    private final Requests requests;
    private final Ports ports;
    private final Map<Long, Long> consumersByAttachRequest = new ConcurrentHashMap<>();
    private final CompletableFuture<FrameLink> connected = new CompletableFuture<>();

    /** Answers the Hello: Welcome or Closing. */
    final CompletableFuture<BrokerFrame> welcome = new CompletableFuture<>();

    private final LongSupplier nanoTime;
    private volatile long lastReceivedNanos;

    InboundFrames(Requests requests, Ports ports, LongSupplier nanoTime) {
        this.requests = requests;
        this.ports = ports;
        this.nanoTime = nanoTime;
        this.lastReceivedNanos = nanoTime.getAsLong();
    }

    void connected(FrameLink frames) {
        connected.complete(frames);
    }

    /** The link's sending side. */
    FrameLink frames() {
        return connected.join();
    }

    void send(ClientFrame frame) {
        byte[] bytes = frame.encoded();
        frames().send(bytes, 0, bytes.length);
    }

    /** Remembers which consumer a refusal of this request is about. */
    void expectAttached(long requestId, long consumerId) {
        consumersByAttachRequest.put(requestId, consumerId);
    }

    long lastReceivedNanos() {
        return lastReceivedNanos;
    }

    @Override
    public void received(byte[] array, int offset, int length) {
        lastReceivedNanos = nanoTime.getAsLong();
        try {
            FrameReader.brokerFrame(array, offset, length).dispatch(this);
        } catch (WireFormatException e) {
            LOG.error("closing the link: {}", e.getMessage());
            frames().close();
        }
    }

    @Override
    public Boolean welcome(BrokerFrame.Welcome frame) {
        return welcome.complete(frame);
    }

    @Override
    public Boolean challenge(BrokerFrame.Challenge frame) {
        return welcome.complete(
                new BrokerFrame.Closing(
                        ErrorCode.NOT_SUPPORTED,
                        "Expected no further authentication step, but the broker asks for one",
                        -1));
    }

    @Override
    public Boolean pong(BrokerFrame.Pong frame) {
        // That it came is all there is to know.
        return true;
    }

    @Override
    public Boolean closing(BrokerFrame.Closing frame) {
        LOG.warn("the broker closes the link: {}", frame.message());
        return welcome.complete(frame);
    }

    @Override
    public Boolean done(BrokerFrame.Done frame) {
        return answered(frame.requestId(), frame);
    }

    @Override
    public Boolean located(BrokerFrame.Located frame) {
        return answered(frame.requestId(), frame);
    }

    private boolean answered(long requestId, BrokerFrame frame) {
        requests.answered(requestId, frame);
        return true;
    }

    @Override
    public Boolean attached(BrokerFrame.Attached frame) {
        consumersByAttachRequest.remove(frame.requestId());
        return withConsumer(frame.consumerId(), core -> core.attached(frame));
    }

    @Override
    public Boolean refused(BrokerFrame.Refused frame) {
        Long consumerId = consumersByAttachRequest.remove(frame.requestId());
        if (consumerId != null) {
            return withConsumer(
                    consumerId,
                    core -> core.failed(new RefusedException(frame.code(), frame.message())));
        }
        return answered(frame.requestId(), frame);
    }

    @Override
    public Boolean notOwner(BrokerFrame.NotOwner frame) {
        return answered(
                frame.requestId(),
                new BrokerFrame.Refused(
                        frame.requestId(),
                        ErrorCode.UNAVAILABLE,
                        "Expected partition "
                                + frame.partition()
                                + " at this broker, but it has moved",
                        0));
    }

    @Override
    public Boolean sendConfirmed(BrokerFrame.SendConfirmed frame) {
        ProducerPort port = ports.producer(frame.handle());
        if (port != null) {
            synchronized (port.core()) {
                port.done(port.core().confirmed(frame.upToSequence()));
            }
        }
        return true;
    }

    @Override
    public Boolean sendRefused(BrokerFrame.SendRefused frame) {
        ProducerPort port = ports.producer(frame.handle());
        if (port != null) {
            RefusedException refusal = new RefusedException(frame.code(), frame.message());
            synchronized (port.core()) {
                port.done(port.core().refused(frame.firstSequence(), refusal));
            }
        }
        return true;
    }

    @Override
    public Boolean deliver(BrokerFrame.Deliver frame) {
        return withConsumer(frame.consumerId(), core -> core.deliver(frame));
    }

    @Override
    public Boolean browsed(Browsed frame) {
        return answered(frame.requestId(), frame);
    }

    @Override
    public Boolean transactionAnswer(TransactionAnswer frame) {
        return answered(frame.requestId(), frame);
    }

    @Override
    public Boolean rewound(Rewound frame) {
        return answered(frame.requestId(), frame);
    }

    @Override
    public Boolean settleConfirmed(BrokerFrame.SettleConfirmed frame) {
        return withConsumer(frame.consumerId(), core -> core.settleConfirmed(frame.upToSettleId()));
    }

    @Override
    public Boolean drained(BrokerFrame.Drained frame) {
        return withConsumer(frame.consumerId(), ConsumerCore::drained);
    }

    @Override
    public Boolean consumerClosed(BrokerFrame.ConsumerClosed frame) {
        return withConsumer(
                frame.consumerId(),
                core ->
                        core.failed(
                                new RefusedException(
                                        frame.code(),
                                        frame.message() == null
                                                ? "the broker closed it"
                                                : frame.message())));
    }

    private interface CoreAction {
        void on(ConsumerCore core);
    }

    private boolean withConsumer(long consumerId, CoreAction action) {
        ConsumerPort port = ports.consumer(consumerId);
        if (port == null) {
            return false;
        }
        synchronized (port.core()) {
            action.on(port.core());
        }
        port.changed();
        return true;
    }
}
