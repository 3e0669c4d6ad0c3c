package io.millrace.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.wire.FrameLink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyAcceptorTest {

    private static final class Closed implements FrameLink.Listener {

        final CompletableFuture<String> reason = new CompletableFuture<>();

        @Override
        public void received(byte[] array, int offset, int length) {
            throw new AssertionError("nothing was sent");
        }

        @Override
        public void closed(String why) {
            reason.complete(why);
        }
    }

    /** What a client that lost its power looks like: the socket stays, and nothing comes. */
    @Test
    void aClientThatDisappearsWithoutAWordIsNoticed() throws Exception {
        Closed listener = new Closed();
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        try (NettyAcceptor acceptor = NettyAcceptor.listen(host, 0, 1, 90, link -> listener);
                Socket silent = new Socket(host, acceptor.port())) {
            assertEquals("nothing came for 90 ms", listener.reason.get(30, TimeUnit.SECONDS));
            assertEquals(-1, endOf(silent));
        }
    }

    private static int endOf(Socket socket) throws IOException {
        return socket.getInputStream().read();
    }
}
