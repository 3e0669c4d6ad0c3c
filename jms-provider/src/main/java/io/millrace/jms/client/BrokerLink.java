package io.millrace.jms.client;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ClientFrame;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;

/** One link of a connection: what is asked over it, and whether it is still there. */
final class BrokerLink extends InboundFrames {

    private final Requests requests;
    private final int timeoutMillis;
    private final LossListener lossListener;
    private final CompletableFuture<BrokerFrame> lost = new CompletableFuture<>();

    /** Everything was taken up, new requests may go out. Set under the connection's monitor. */
    private volatile boolean established;

    /** Hears that the link is gone. */
    interface LossListener {
        void linkLost(BrokerLink link, String reason);
    }

    BrokerLink(Ports ports, int timeoutMillis, LossListener lossListener) {
        super(ports);
        this.requests = ports.requests();
        this.timeoutMillis = timeoutMillis;
        this.lossListener = lossListener;
    }

    boolean isEstablished() {
        return established;
    }

    void established() {
        established = true;
    }

    boolean isLost() {
        return lost.isCompletedExceptionally();
    }

    /** Waits for an answer that has to come over this link. */
    BrokerFrame await(CompletableFuture<BrokerFrame> answer) throws IOException {
        try {
            return (BrokerFrame)
                    CompletableFuture.anyOf(answer, lost).get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the link broke: " + e.getCause(), e);
        } catch (TimeoutException e) {
            frames().close();
            throw new IOException("no answer within " + timeoutMillis + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connecting", e);
        }
    }

    CompletableFuture<BrokerFrame> askLater(LongFunction<ClientFrame> frameOfId) {
        Requests.Pending pending = requests.add(frameOfId);
        send(pending.frame());
        return pending.answer();
    }

    BrokerFrame ask(LongFunction<ClientFrame> frameOfId) throws IOException {
        return await(askLater(frameOfId));
    }

    @Override
    public void closed(String reason) {
        lost.completeExceptionally(new IOException(reason));
        lossListener.linkLost(this, reason);
    }
}
