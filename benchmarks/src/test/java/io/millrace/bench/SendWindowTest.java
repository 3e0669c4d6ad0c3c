package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SendWindowTest {

    @Test
    void neverLetsMoreThanTheLimitBeOnTheirWay() throws Exception {
        int limit = 8;
        long count = 200_000;
        SendWindow window = new SendWindow("messages", limit);
        Semaphore sent = new Semaphore(0);
        CompletableFuture<Void> provider =
                CompletableFuture.runAsync(
                        () -> {
                            for (long i = 0; i < count; i++) {
                                sent.acquireUninterruptibly();
                                window.advance();
                            }
                        });
        long most = 0;
        for (long i = 0; i < count; i++) {
            window.awaitRoom(i);
            sent.release();
            most = Math.max(most, i + 1 - window.arrived());
        }
        window.awaitArrivals(count);
        provider.get(60, TimeUnit.SECONDS);

        assertEquals(count, window.arrived());
        assertTrue(most <= limit, "most on their way: " + most);
    }

    @Test
    void letsAWaitingProducerGoOnWhenItIsWidened() throws Exception {
        SendWindow window = new SendWindow("messages", 8);
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> window.awaitRoom(8));
        window.widen(100);

        producer.get(60, TimeUnit.SECONDS);

        assertEquals(0, window.arrived());
    }
}
