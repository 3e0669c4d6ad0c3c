package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ControlFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.FrameReader;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireOutput;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;

/** A socket to a broker over which a test sends whatever it likes. */
final class RawClient implements AutoCloseable {

    private final Socket socket;
    private final DataInputStream from;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Texts.PATIENCE_MILLIS);
        from = new DataInputStream(socket.getInputStream());
    }

    /** A client that has said Hello. */
    static RawClient welcomed(int port) throws IOException {
        RawClient client = new RawClient(port);
        client.send(hello(1, 1, "ANONYMOUS").encoded());
        assertInstanceOf(BrokerFrame.Welcome.class, client.next());
        return client;
    }

    static ControlFrame.Hello hello(int minVersion, int maxVersion, String mechanism) {
        return new ControlFrame.Hello(
                minVersion,
                maxVersion,
                new Id128(7, System.nanoTime()),
                false,
                "raw",
                mechanism,
                new byte[0]);
    }

    /** A frame with its header around any payload. */
    static byte[] frame(int type, int flags, int... payload) {
        WireOutput to = new WireOutput(64).writeInt(payload.length + 2);
        to.writeByte(type).writeByte(flags);
        for (int each : payload) {
            to.writeByte(each);
        }
        return to.toByteArray();
    }

    /** A batch of one empty message. */
    static MessageBatch batch(Id128 producerId, byte[] transactionId) {
        WireOutput to = new WireOutput(128);
        MessageBatch.writeHeader(to, producerId, 1, System.currentTimeMillis(), transactionId);
        int start =
                MessageHead.begin(
                        to, new MessageHead.Fields(MessageHead.PERSISTENT, 4, 0, 0, 0, 0, 0));
        MessageHead.finish(to, start, to.size(), to.size());
        MessageBatch.setCount(to, 0, 1);
        return new MessageBatch(to.toByteArray(), 0, to.size());
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The broker's next frame. */
    BrokerFrame next() throws IOException {
        byte[] bytes = new byte[from.readInt()];
        from.readFully(bytes);
        return FrameReader.brokerFrame(bytes, 0, bytes.length);
    }

    /** Where a queue lives; creates it. */
    BrokerFrame.Located locate(String queue) throws IOException {
        send(new ControlFrame.ResolveDestination(1, DestinationKind.QUEUE, queue).encoded());
        return assertInstanceOf(BrokerFrame.Located.class, next());
    }

    /** Reads to the end of the stream: the last frame must be a Closing. */
    BrokerFrame.Closing closing() throws IOException {
        return untilEnd()
                .orElseThrow(() -> new AssertionError("the broker closed without a reason"));
    }

    /** Reads to the end of the stream, and returns why the broker closed, if it said so. */
    Optional<BrokerFrame.Closing> untilEnd() throws IOException {
        Optional<BrokerFrame.Closing> closing = Optional.empty();
        while (true) {
            try {
                if (next() instanceof BrokerFrame.Closing frame) {
                    closing = Optional.of(frame);
                }
            } catch (EOFException end) {
                return closing;
            }
        }
    }

    /** Says that nothing more will come. */
    void end() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes so that the peer sees a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
