package io.millrace.jms.net;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.client.BrokerAddress.HostPort;
import io.millrace.wire.FrameLink;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketConnectorTest {

    /** Any thread may still hold a link when the last one is closed and the loop ends. */
    @Test
    void doesNothingOnceItsLoopHasEnded() throws Exception {
        CompletableFuture<String> closed = new CompletableFuture<>();
        FrameLink.Listener listener =
                new FrameLink.Listener() {
                    @Override
                    public void received(byte[] array, int offset, int length) {
                        closed.completeExceptionally(new AssertionError("nobody sent a frame"));
                    }

                    @Override
                    public void closed(String reason) {
                        closed.complete(reason);
                    }
                };
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FrameLink link =
                    SocketConnector.connect(
                            new HostPort("127.0.0.1", server.getLocalPort()), 10_000, listener);
            EventLoopGroup loop = SharedLoop.acquire();
            SharedLoop.release();
            link.close();
            closed.get(30, TimeUnit.SECONDS);
            assertTrue(loop.terminationFuture().await(30, TimeUnit.SECONDS), "the loop ends");
            assertDoesNotThrow(() -> link.send(new byte[8], 0, 8));
            assertDoesNotThrow(() -> link.pauseReading(true));
            assertDoesNotThrow(() -> link.pauseReading(false));
            assertDoesNotThrow(link::close);
        }
    }
}
