package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import jakarta.jms.JMSException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that reaches something else than a broker of its version is told so. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WrongServerTest {

    /** Connects to a server that sends these bytes and listens until the client goes away. */
    private static JMSException refusal(byte[] answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Background<Boolean> serving =
                    Background.run(
                            () -> {
                                try (Socket socket = server.accept()) {
                                    socket.getOutputStream().write(answer);
                                    socket.getInputStream().readAllBytes();
                                }
                            });
            String uri = "millrace://127.0.0.1:" + server.getLocalPort();
            JMSException refused =
                    assertThrows(
                            JMSException.class,
                            () -> new MillraceConnectionFactory(uri).createConnection());
            serving.result();
            return refused;
        }
    }

    @Test
    void serverThatIsNoBrokerIsNamed() throws Exception {
        JMSException refused =
                refusal("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals("UNAVAILABLE", refused.getErrorCode());
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith("Expected a broker at millrace://127.0.0.1:"), message);
        assertTrue(message.contains("frame"), message);
    }

    @Test
    void brokerOfAnotherVersionSaysWhich() throws Exception {
        String reason = "Expected protocol version 9, but the client speaks 1 to 1";
        JMSException refused =
                refusal(new BrokerFrame.Closing(ErrorCode.VERSION, reason, -1).encoded());
        assertEquals("VERSION", refused.getErrorCode());
        assertEquals(reason, refused.getMessage());
    }
}
