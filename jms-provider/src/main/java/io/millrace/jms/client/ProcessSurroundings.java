package io.millrace.jms.client;

import io.millrace.jms.net.HandOverLink;
import io.millrace.jms.net.SocketConnector;
import io.millrace.wire.EmbeddedBrokers;
import io.millrace.wire.FrameLink;
import io.millrace.wire.Id128;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sockets or a broker in this JVM, the system's clock, and a thread for each task. */
final class ProcessSurroundings implements Surroundings {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Executor NEW_THREAD =
            task -> {
                Thread thread = new Thread(task, "millrace-reconnect");
                thread.setDaemon(true);
                thread.start();
            };

    private final BrokerAddress address;
    private final EmbeddedBrokers.@Nullable Reference embedded;

    ProcessSurroundings(BrokerAddress address) {
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
        return randomId();
    }

    static Id128 randomId() {
        return new Id128(RANDOM.nextLong(), RANDOM.nextLong());
    }

    @Override
    public long randomBelow(long bound) {
        return ThreadLocalRandom.current().nextLong(bound);
    }

    @Override
    public Runnable after(long delayMillis, Runnable task) {
        CompletableFuture<Boolean> due = new CompletableFuture<>();
        var unused = due.thenRunAsync(task, NEW_THREAD);
        if (delayMillis > 0) {
            due.completeOnTimeout(true, delayMillis, TimeUnit.MILLISECONDS);
        } else {
            due.complete(true);
        }
        return () -> due.cancel(false);
    }

    @Override
    public void release() {
        EmbeddedBrokers.Reference broker = embedded;
        if (broker != null) {
            broker.close();
        }
    }
}
