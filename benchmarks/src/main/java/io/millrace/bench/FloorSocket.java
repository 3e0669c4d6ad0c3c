package io.millrace.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;

/** A client's blocking connection to a {@link FloorServer}: one thread writes, one reads. */
final class FloorSocket implements AutoCloseable {

    private final SocketChannel socket;
    private final ByteBuffer out = ByteBuffer.allocateDirect(FloorServer.RECORD_BYTES);
    private final ByteBuffer in = ByteBuffer.allocateDirect(FloorServer.RECORD_BYTES);
    private final ByteBuffer had = ByteBuffer.allocateDirect(FloorServer.ACK_BYTES);

    private FloorSocket(SocketChannel socket) {
        this.socket = socket;
    }

    static FloorSocket connect(int port, FloorServer.Role role) throws IOException {
        SocketChannel socket =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        FloorSocket connected = new FloorSocket(socket);
        connected.write(ByteBuffer.wrap(new byte[] {(byte) role.ordinal()}));
        return connected;
    }

    boolean isOpen() {
        return socket.isOpen();
    }

    /** A record that begins with the number. */
    void writeRecord(long number) throws IOException {
        out.clear().putLong(number).rewind();
        write(out);
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    /** What there is, at least something. */
    int read(ByteBuffer bytes) throws IOException {
        int read = socket.read(bytes);
        if (read < 0) {
            throw new ClosedChannelException();
        }
        return read;
    }

    void readAck() throws IOException {
        readFully(FloorServer.ACK_BYTES);
    }

    /** The number that the next record begins with. */
    long readRecord() throws IOException {
        readFully(FloorServer.RECORD_BYTES);
        return in.getLong(0);
    }

    private void readFully(int howMany) throws IOException {
        in.clear().limit(howMany);
        while (in.hasRemaining()) {
            read(in);
        }
    }

    /** Says that what was read has been had, as a consumer settles. */
    void writeHad() throws IOException {
        write(had.clear());
    }

    /** Reads whatever comes and says so, until the socket is closed. */
    void consume() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        while (true) {
            read(buffer.clear());
            writeHad();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
