package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The least that a broker can do: one thread reads from all sockets that have something, appends
 * what came to a file, flushes it once, confirms to whoever sent it and passes it on. No protocol,
 * no queue, no state, no copy in memory: whatever a broker does beside comes on top.
 */
final class FloorServer {

    static final String PORT = "floor port ";
    static final int RECORD_BYTES = 1_024;
    static final int ACK_BYTES = 64;

    private static final int BUFFER_BYTES = 1 << 20;
    private static final int ACKS_AT_ONCE = 64;

    private final FileChannel file;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer acks = ByteBuffer.allocateDirect(ACKS_AT_ONCE * ACK_BYTES);
    private final List<Peer> senders = new ArrayList<>();
    private @Nullable Peer consumer;
    private @Nullable Peer requester;
    private @Nullable Peer service;
    private long position;

    /** Who a connection is: its first byte says it. */
    enum Role {
        PRODUCER,
        CONSUMER,
        REQUESTER,
        SERVICE
    }

    private static final class Peer {
        private final SocketChannel socket;
        private @Nullable Role role;

        /** Of a record that came in part. */
        private int pending;

        Peer(SocketChannel socket) {
            this.socket = socket;
        }
    }

    private FloorServer(FileChannel file) {
        this.file = file;
    }

    static boolean serve(Arguments arguments) {
        Path path = Path.of(arguments.required("file"));
        arguments.refuseOthers();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            new FloorServer(file).serve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }

    private void serve() throws IOException {
        try (ServerSocketChannel listening = ServerSocketChannel.open();
                Selector selector = Selector.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            listening.configureBlocking(false);
            listening.register(selector, SelectionKey.OP_ACCEPT);
            System.out.println(PORT + listening.socket().getLocalPort());
            while (true) {
                bytes.clear();
                senders.clear();
                selector.select(key -> ready(key, listening, selector));
                if (bytes.position() > 0) {
                    turn();
                }
            }
        }
    }

    private void ready(SelectionKey key, ServerSocketChannel listening, Selector selector) {
        try {
            if (key.isAcceptable()) {
                SocketChannel socket = listening.accept();
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                socket.configureBlocking(false);
                socket.register(selector, SelectionKey.OP_READ, new Peer(socket));
            } else if (!read((Peer) key.attachment())) {
                key.cancel();
            }
        } catch (IOException e) {
            key.cancel();
        }
    }

    private boolean read(Peer peer) throws IOException {
        if (peer.role == null) {
            ByteBuffer first = ByteBuffer.allocate(1);
            if (peer.socket.read(first) < 0) {
                return false;
            }
            introduce(peer, Role.values()[first.get(0)]);
            return true;
        }
        int before = bytes.position();
        int read = peer.socket.read(bytes);
        if (read < 0) {
            return false;
        }
        if (peer.role == Role.CONSUMER) {
            // It says that it has had something.
            bytes.position(before);
            return true;
        }
        peer.pending += read;
        for (; peer.pending >= RECORD_BYTES; peer.pending -= RECORD_BYTES) {
            senders.add(peer);
        }
        return true;
    }

    private void introduce(Peer peer, Role role) {
        peer.role = role;
        switch (role) {
            case CONSUMER -> consumer = peer;
            case REQUESTER -> requester = peer;
            case SERVICE -> service = peer;
            case PRODUCER -> {
                // It is found when it sends.
            }
        }
    }

    private void turn() throws IOException {
        bytes.flip();
        ByteBuffer all = bytes.duplicate();
        while (all.hasRemaining()) {
            file.write(all, position);
        }
        position = (position + bytes.remaining()) % (DeviceProbe.FILE_BYTES - BUFFER_BYTES);
        file.force(false);
        boolean lone = senders.size() == 1;
        if (lone) {
            // Its receiver is what somebody waits for.
            pass(senders.get(0));
        }
        for (int from = 0; from < senders.size(); ) {
            Peer sender = senders.get(from);
            int count = recordsInARow(from);
            write(sender, acks.clear().limit(count * ACK_BYTES));
            from += count;
        }
        if (!lone && !senders.isEmpty()) {
            pass(senders.get(0));
        }
    }

    /** All that came, to who is behind the sender. */
    private void pass(Peer sender) throws IOException {
        Peer to =
                switch (Objects.requireNonNull(sender.role)) {
                    case REQUESTER -> service;
                    case SERVICE -> requester;
                    case PRODUCER, CONSUMER -> consumer;
                };
        write(to, bytes.duplicate());
    }

    /** How many records of one sender follow each other, as far as they are confirmed at once. */
    private int recordsInARow(int from) {
        int end = from + 1;
        while (end < senders.size()
                && senders.get(end) == senders.get(from)
                && end - from < ACKS_AT_ONCE) {
            end++;
        }
        return end - from;
    }

    private static void write(@Nullable Peer peer, ByteBuffer from) throws IOException {
        if (peer == null) {
            return;
        }
        while (from.hasRemaining()) {
            peer.socket.write(from);
        }
    }
}
