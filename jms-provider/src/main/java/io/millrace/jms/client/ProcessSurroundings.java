package io.millrace.jms.client;

import io.millrace.jms.net.HandOverLink;
import io.millrace.jms.net.SocketConnector;
import io.millrace.wire.EmbeddedBrokers;
import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import io.millrace.wire.RandomIds;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sockets or a broker in this JVM, the system's clock, and a thread for each task that may block.
 */
final class ProcessSurroundings implements Surroundings {

    private static final long IDLE_SECONDS = 5;

    private final ClientThreads threads;
    private final ScheduledThreadPoolExecutor timer;
    private final BrokerAddress address;
    private final EmbeddedBrokers.@Nullable Reference embedded;

    ProcessSurroundings(BrokerAddress address, ClientThreads threads) {
        this.threads = threads;
        this.timer =
                new ScheduledThreadPoolExecutor(
                        1, task -> threads.newThread("millrace-client-delays", task));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        this.address = address;
        this.embedded = address.isEmbedded() ? address.acquireEmbedded() : null;
    }

    @Override
    public int hosts() {
        return embedded == null ? address.hosts().size() : 1;
    }

    @Override
    public FrameLink connect(int host, FrameLink.Listener listener) throws IOException {
        EmbeddedBrokers.Reference inThisJvm = embedded;
        return inThisJvm == null
                ? SocketConnector.connect(
                        address.hosts().get(host),
                        address.options().connectTimeoutMillis(),
                        listener)
                : HandOverLink.connect(inThisJvm, listener);
    }

    @Override
    public boolean isRemote() {
        return embedded == null;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Id128 newId() {
        return RandomIds.next();
    }

    @Override
    public long randomBelow(long bound) {
        return ThreadLocalRandom.current().nextLong(bound);
    }

    @Override
    public Runnable after(long delayMillis, Runnable task) {
        Runnable start = () -> threads.newThread("millrace-reconnect", task).start();
        if (delayMillis <= 0) {
            start.run();
            return () -> {};
        }
        try {
            ScheduledFuture<?> due = timer.schedule(start, delayMillis, TimeUnit.MILLISECONDS);
            return () -> due.cancel(false);
        } catch (RejectedExecutionException e) {
            // Released: nothing is to be done later any more.
            return () -> {};
        }
    }

    @Override
    public void release() {
        timer.shutdownNow();
        EmbeddedBrokers.Reference broker = embedded;
        if (broker != null) {
            broker.close();
        }
    }
}
