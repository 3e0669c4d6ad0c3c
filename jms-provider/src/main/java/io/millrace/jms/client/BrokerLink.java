package io.millrace.jms.client;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ClientFrame;
import io.millrace.wire.ControlFrame;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One link of a connection: what is asked over it, and whether it is still there. */
final class BrokerLink extends InboundFrames {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);

    private static final int MISSED_HEARTBEATS = 3;

    private final Requests requests;
    private final LongSupplier nanoTime;
    private final LossListener lossListener;
    private final CompletableFuture<BrokerFrame> lost = new CompletableFuture<>();

    /** Everything was taken up, new requests may go out. Set under the connection's monitor. */
    private volatile boolean established;

    private volatile BrokerFrame.@Nullable Closing lastWord;

    private volatile int heartbeatMillis = 10_000;

    private volatile BrokerFrame.@Nullable Welcome welcomed;

    /** Of the thread that keeps the heartbeat. */
    private long lastPingNanos;

    /** Hears that the link is gone. */
    interface LossListener {
        void linkLost(BrokerLink link, String reason);
    }

    BrokerLink(Requests requests, Ports ports, LongSupplier nanoTime, LossListener lossListener) {
        super(requests, ports, nanoTime);
        this.requests = requests;
        this.nanoTime = nanoTime;
        this.lossListener = lossListener;
        this.lastPingNanos = nanoTime.getAsLong();
    }

    boolean isEstablished() {
        return established;
    }

    void established() {
        established = true;
    }

    /** How the broker welcomed this link; null before. */
    BrokerFrame.@Nullable Welcome welcomed() {
        return welcomed;
    }

    boolean isLost() {
        return lost.isCompletedExceptionally();
    }

    /** An answer that has to come over this link; fails with an IOException if the link breaks. */
    CompletableFuture<BrokerFrame> orLost(CompletableFuture<BrokerFrame> answer) {
        return CompletableFuture.anyOf(answer, lost).thenApply(BrokerFrame.class::cast);
    }

    /** Asks for something that has to be answered over this link. */
    CompletableFuture<BrokerFrame> ask(LongFunction<ClientFrame> frameOfId) {
        Requests.Pending pending = requests.add(frameOfId);
        send(pending.frame());
        return orLost(pending.answer());
    }

    /** Closes a link that does not answer. */
    void giveUp(String reason) {
        lost.completeExceptionally(new IOException(reason));
        frames().close();
    }

    /**
     * Gives a sign of life, and asks for one, once in each heartbeat: a client that only receives
     * must not look dead to its broker. Closes the link after too much silence.
     */
    void heartbeat() {
        long heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(heartbeatMillis);
        long now = nanoTime.getAsLong();
        long silentNanos = now - lastReceivedNanos();
        if (silentNanos > MISSED_HEARTBEATS * heartbeatNanos) {
            LOG.warn(
                    "nothing heard for {} ms, closing the link",
                    TimeUnit.NANOSECONDS.toMillis(silentNanos));
            frames().close();
        } else if (established && now - lastPingNanos > heartbeatNanos) {
            lastPingNanos = now;
            send(new ControlFrame.Ping(silentNanos));
        }
    }

    @Override
    public Boolean welcome(BrokerFrame.Welcome frame) {
        heartbeatMillis = Math.max(1_000, frame.heartbeatMillis());
        welcomed = frame;
        return super.welcome(frame);
    }

    @Override
    public Boolean closing(BrokerFrame.Closing frame) {
        lastWord = frame;
        return super.closing(frame);
    }

    /** Why the broker ended this link for good; null if it is worth coming back. */
    @Nullable RuntimeException endedFor() {
        BrokerFrame.Closing said = lastWord;
        return said == null || said.retryAfterMillis() >= 0
                ? null
                : new RefusedException(said.code(), said.message());
    }

    /** How long the broker wants to be left alone, in milliseconds. */
    long retryAfterMillis() {
        BrokerFrame.Closing said = lastWord;
        return said == null ? 0 : Math.max(0, said.retryAfterMillis());
    }

    @Override
    public void closed(String reason) {
        lost.completeExceptionally(new IOException("the link broke: " + reason));
        lossListener.linkLost(this, reason);
    }
}
