package io.millrace.server;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ClientFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.FrameReader;
import io.millrace.wire.RandomIds;
import io.millrace.wire.WireFormatException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the command line to a broker, for one request after another. Blocks; a broker
 * that says nothing for half a minute is given up.
 */
final class RequestLink implements AutoCloseable {

    private static final int CONNECT_MILLIS = 10_000;
    private static final int PING_MILLIS = 5_000;
    private static final int MISSED_PINGS = 6;

    private final int partitions;
    private final Socket socket = new Socket();
    private final DataInputStream from;

    /** The broker refuses what was asked. */
    static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        private final ErrorCode code;

        private RefusedException(BrokerFrame.Refused refused) {
            super(refused.message());
            this.code = refused.code();
        }

        ErrorCode code() {
            return code;
        }
    }

    /**
     * Connects and says who it is.
     *
     * @param user null for nobody
     * @throws IOException if there is no broker, or it refuses; the message says why
     */
    RequestLink(String host, int port, @Nullable String user, char[] password) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            socket.setSoTimeout(PING_MILLIS);
            from = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            byte[] credentials =
                    user == null
                            ? new byte[0]
                            : ("\0" + user + "\0" + new String(password))
                                    .getBytes(StandardCharsets.UTF_8);
            send(
                    new ControlFrame.Hello(
                            Frame.PROTOCOL_VERSION,
                            Frame.PROTOCOL_VERSION,
                            RandomIds.next(),
                            false,
                            "Millrace command line",
                            user == null ? "ANONYMOUS" : "PLAIN",
                            credentials));
            BrokerFrame answer = next();
            if (!(answer instanceof BrokerFrame.Welcome welcome)) {
                throw new IOException("Expected a welcome, but the broker said " + answer);
            }
            partitions = welcome.partitions();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** How many partitions the broker has, numbered from 1 on. */
    int partitions() {
        return partitions;
    }

    private void send(ClientFrame frame) throws IOException {
        socket.getOutputStream().write(frame.encoded());
        socket.getOutputStream().flush();
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @throws RefusedException if it is refused; the message says why
     * @throws IOException if the broker is gone
     */
    BrokerFrame ask(ClientFrame request) throws IOException {
        send(request);
        BrokerFrame answer = next();
        while (answer instanceof BrokerFrame.Pong) {
            answer = next();
        }
        if (answer instanceof BrokerFrame.Refused refused) {
            throw new RefusedException(refused);
        }
        return answer;
    }

    private BrokerFrame next() throws IOException {
        byte[] length = new byte[Integer.BYTES];
        length[0] = firstByte();
        from.readFully(length, 1, length.length - 1);
        int size = ByteBuffer.wrap(length).getInt();
        if (size < 2 || size > Frame.MAX_BYTES) {
            throw new IOException("Expected a Millrace broker, but something else answers");
        }
        byte[] bytes = new byte[size];
        from.readFully(bytes);
        try {
            BrokerFrame frame = FrameReader.brokerFrame(bytes, 0, bytes.length);
            if (frame instanceof BrokerFrame.Closing closing) {
                throw new IOException(closing.message());
            }
            return frame;
        } catch (WireFormatException e) {
            throw new IOException("Expected a Millrace broker, but " + e.getMessage(), e);
        }
    }

    /** Waits as long as the broker is there. */
    private byte firstByte() throws IOException {
        for (int silent = 0; silent < MISSED_PINGS; silent++) {
            try {
                return from.readByte();
            } catch (SocketTimeoutException nothing) {
                send(new ControlFrame.Ping(silent));
            }
        }
        throw new IOException("Expected an answer, but the broker says nothing any more");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
