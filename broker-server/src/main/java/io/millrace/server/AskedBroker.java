package io.millrace.server;

import java.io.Console;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which running broker a command asks, and as whom; part of each such command. */
final class AskedBroker {

    /** An address of IPv6 stands in brackets. */
    private static final Pattern ADDRESS =
            Pattern.compile("millrace://([^\\[\\]:/]+|\\[[0-9a-fA-F:.]+\\])(?::([0-9]{1,5}))?/?");

    private static final String PASSWORD = "MILLRACE_PASSWORD";
    private static final int DEFAULT_PORT = 5670;
    private static final int MAX_PORT = 65_535;

    @Parameters(index = "0", paramLabel = "URI", description = "millrace://HOST:PORT")
    String uri = "";

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "Who asks; the password is asked for, or taken from the variable " + PASSWORD)
    @Nullable String user;

    /** Where it is. */
    private record Place(String host, int port) {}

    /**
     * Looks at the URI.
     *
     * @throws IllegalArgumentException if it is none of a broker on the network
     */
    void check() {
        var unused = place();
    }

    private Place place() {
        Matcher address = ADDRESS.matcher(uri);
        if (!address.matches()) {
            throw new IllegalArgumentException(
                    "Expected millrace://HOST:PORT, but the URI is " + uri);
        }
        int port = address.group(2) == null ? DEFAULT_PORT : Integer.parseInt(address.group(2));
        if (port == 0 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "Expected a port of 1 to " + MAX_PORT + ", but the URI is " + uri);
        }
        return new Place(address.group(1), port);
    }

    /**
     * Connects; whoever asks closes.
     *
     * @throws IOException if there is no broker, or it refuses; the message says why
     */
    RequestLink open() throws IOException {
        Place place = place();
        return new RequestLink(place.host(), place.port(), user, password());
    }

    private char[] password() throws IOException {
        if (user == null) {
            return new char[0];
        }
        String given = System.getenv(PASSWORD);
        if (given != null) {
            return given.toCharArray();
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Password: ");
        if (typed == null) {
            throw new IOException(
                    "Expected a password in the variable " + PASSWORD + ", but there is none");
        }
        return typed;
    }
}
