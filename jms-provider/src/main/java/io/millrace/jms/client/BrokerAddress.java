package io.millrace.jms.client;

import io.millrace.wire.EmbeddedBrokers;
import io.millrace.wire.FrameLink;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * A parsed connection URI: where the broker is, and the options.
 *
 * <p>{@code millrace://host:port[,host:port…][?option=value&…]}, {@code millrace:file:PATH[?…]} or
 * {@code millrace:mem:NAME[?…]}.
 */
public final class BrokerAddress {

    /** The port of a broker that says nothing else. */
    public static final int DEFAULT_PORT = 5670;

    private static final String NETWORK = "millrace://";
    private static final String FILE = "millrace:file:";
    private static final String MEMORY = "millrace:mem:";
    private static final String BROKER_PREFIX = "broker.";

    private final String uri;
    private final List<HostPort> hosts;
    private final ClientOptions options;
    private final Map<String, String> brokerOptions;

    /** One broker on the network. */
    public record HostPort(String host, int port) {}

    /** Opens a link to one broker on the network. */
    public interface Connector {
        FrameLink connect(HostPort to, int timeoutMillis, FrameLink.Listener listener)
                throws IOException;
    }

    private BrokerAddress(
            String uri,
            List<HostPort> hosts,
            ClientOptions options,
            Map<String, String> brokerOptions) {
        this.uri = uri;
        this.hosts = hosts;
        this.options = options;
        this.brokerOptions = brokerOptions;
    }

    /**
     * Parses a URI.
     *
     * @throws IllegalArgumentException if it has another form or an unknown option; says what is
     *     expected
     */
    public static BrokerAddress parse(String text) {
        int question = text.indexOf('?');
        String uri = question < 0 ? text : text.substring(0, question);
        Map<String, String> options = new TreeMap<>();
        Map<String, String> brokerOptions = new TreeMap<>();
        if (question >= 0) {
            parseOptions(text.substring(question + 1), options, brokerOptions);
        }
        List<HostPort> hosts = new ArrayList<>();
        if (uri.startsWith(NETWORK)) {
            for (String each : uri.substring(NETWORK.length()).split(",", -1)) {
                hosts.add(parseHost(each, text));
            }
            if (!brokerOptions.isEmpty()) {
                throw new IllegalArgumentException(
                        "Expected options broker.* only for an embedded broker, but "
                                + text
                                + " has "
                                + brokerOptions.keySet());
            }
        } else if (!uri.startsWith(FILE) && !uri.startsWith(MEMORY)) {
            throw new IllegalArgumentException(
                    "Expected millrace://host:port, millrace:file:PATH or millrace:mem:NAME, but"
                            + " the URI is "
                            + text);
        }
        return new BrokerAddress(uri, hosts, ClientOptions.parse(options), brokerOptions);
    }

    private static void parseOptions(
            String query, Map<String, String> options, Map<String, String> brokerOptions) {
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "Expected options as name=value, but one is '" + each + "'");
            }
            String name = each.substring(0, equals);
            String value = URLDecoder.decode(each.substring(equals + 1), StandardCharsets.UTF_8);
            if (name.startsWith(BROKER_PREFIX)) {
                brokerOptions.put(name.substring(BROKER_PREFIX.length()), value);
            } else {
                options.put(name, value);
            }
        }
    }

    private static HostPort parseHost(String text, String whole) {
        try {
            URI parsed = new URI(NETWORK + text);
            if (parsed.getHost() != null) {
                int port = parsed.getPort();
                return new HostPort(parsed.getHost(), port < 0 ? DEFAULT_PORT : port);
            }
        } catch (URISyntaxException notAHost) {
            // Refused below, like a URI without a host.
        }
        throw new IllegalArgumentException(
                "Expected host:port, but it is '" + text + "' in " + whole);
    }

    public ClientOptions options() {
        return options;
    }

    /** Whether the broker runs in this JVM. */
    public boolean isEmbedded() {
        return hosts.isEmpty();
    }

    public List<HostPort> hosts() {
        return hosts;
    }

    /** A hold on the embedded broker, started if it does not run yet. */
    public EmbeddedBrokers.Reference acquireEmbedded() {
        ServiceLoader<EmbeddedBrokers> found =
                ServiceLoader.load(EmbeddedBrokers.class, EmbeddedBrokers.class.getClassLoader());
        EmbeddedBrokers brokers =
                found.findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "Expected the module broker-server on the class path for "
                                                        + uri
                                                        + ", but it is not there; add io.millrace:broker-server"));
        return brokers.acquire(uri, brokerOptions);
    }

    @Override
    public String toString() {
        return uri;
    }
}
