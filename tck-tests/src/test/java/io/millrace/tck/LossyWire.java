package io.millrace.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A port in front of a broker, behind which bytes get lost and links break when a test says so. */
final class LossyWire implements AutoCloseable {

    private static final int BUFFER_BYTES = 8 << 10;

    private final ServerSocket door;
    private final int broker;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicLong lostBytes = new AtomicLong();
    private volatile boolean losesRequests;
    private volatile boolean losesAnswers;
    private volatile boolean broken;

    LossyWire(int brokerPort) throws IOException {
        broker = brokerPort;
        door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        daemon(this::accept);
    }

    String uri() {
        return "millrace://127.0.0.1:" + door.getLocalPort();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "lossy wire");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (broken || !connect(client)) {
                    client.close();
                }
            } catch (IOException e) {
                if (!door.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Whether the broker is there. */
    private boolean connect(Socket client) {
        Socket server;
        try {
            server = new Socket("127.0.0.1", broker);
        } catch (IOException notThere) {
            return false;
        }
        open.add(client);
        open.add(server);
        daemon(() -> pump(client, server, true));
        daemon(() -> pump(server, client, false));
        return true;
    }

    private void pump(Socket from, Socket to, boolean requests) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (requests ? losesRequests : losesAnswers) {
                    lostBytes.addAndGet(read);
                } else {
                    out.write(buffer, 0, read);
                    out.flush();
                }
            }
        } catch (IOException cut) {
            // So ends a link that broke.
            open.remove(from);
        }
    }

    /** What clients say does not arrive any more. */
    void loseRequests() {
        losesRequests = true;
    }

    /** What the broker says does not arrive any more. */
    void loseAnswers() {
        losesAnswers = true;
    }

    long lostBytes() {
        return lostBytes.get();
    }

    /** All links break, and no new one can be had until {@link #mend}. */
    void cut() throws IOException {
        broken = true;
        for (Socket each : open) {
            each.close();
        }
        open.clear();
    }

    /** As if nothing had happened. */
    void mend() {
        losesRequests = false;
        losesAnswers = false;
        broken = false;
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}
