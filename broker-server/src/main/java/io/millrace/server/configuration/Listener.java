package io.millrace.server.configuration;

import java.util.ArrayList;
import java.util.List;

/**
 * An address to listen on.
 *
 * @param port 0 for a free one
 */
public record Listener(String host, int port) {

    private static final int LAST_PORT = 65_535;

    /**
     * Reads addresses with commas between.
     *
     * @throws IllegalArgumentException if one has another form
     */
    public static List<Listener> parse(BrokerKey key, String text) {
        List<Listener> listeners = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            listeners.add(one(key, each.strip(), text));
        }
        return listeners;
    }

    private static Listener one(BrokerKey key, String address, String all) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? "" : address.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        int port = -1;
        try {
            port = Integer.parseInt(address.substring(colon + 1));
        } catch (NumberFormatException notANumber) {
            // Refused below, like one out of range.
        }
        if (host.isEmpty() || !bracketed && host.contains(":") || port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException(
                    "Expected "
                            + key.key()
                            + " to be "
                            + key.form().describe().replace("`", "")
                            + ", but it is "
                            + all);
        }
        return new Listener(host, port);
    }
}
