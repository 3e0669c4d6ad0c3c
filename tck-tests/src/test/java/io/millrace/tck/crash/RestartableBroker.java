package io.millrace.tck.crash;

import io.millrace.server.Main;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A broker in a process of its own, which is killed and comes back at the same port. */
public final class RestartableBroker implements AutoCloseable {

    private final Path errors;
    private final String[] arguments;
    private final int port;
    private ChildProcess process;

    /**
     * Starts it.
     *
     * @param directory for its data and its standard error
     * @param settings each {@code KEY=VALUE}
     */
    public RestartableBroker(Path directory, String... settings) throws IOException {
        port = freePort();
        errors = directory.resolve("errors");
        List<String> words = new ArrayList<>(List.of("broker", "--port", "" + port, "--data"));
        words.add(directory.resolve("data").toString());
        for (String setting : settings) {
            words.addAll(List.of("--set", setting));
        }
        arguments = words.toArray(new String[0]);
        process = started();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private ChildProcess started() throws IOException {
        return new ChildProcess(Main.class, errors, arguments);
    }

    /** Of a client that waits for it for a minute. */
    public String uri() {
        return "millrace://127.0.0.1:" + port + "?connect.timeout.ms=60000";
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.kill();
    }

    /** Starts it after a kill; returns once it listens. */
    public void start() throws IOException {
        process = started();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
