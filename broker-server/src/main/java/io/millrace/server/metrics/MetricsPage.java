package io.millrace.server.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.server.Broker;
import io.millrace.server.configuration.Listener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A broker's meters over HTTP, at {@code /metrics}, in the text form of Prometheus. */
public final class MetricsPage implements AutoCloseable {

    private static final String PATH = "/metrics";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NO_BODY = -1;

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpServer server;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread made = new Thread(task, "millrace-metrics");
                        made.setDaemon(true);
                        return made;
                    });

    private MetricsPage(HttpServer server) {
        this.server = server;
    }

    /**
     * Begins to serve.
     *
     * @throws IllegalStateException if the address cannot be had; says which
     */
    public static MetricsPage open(Broker broker, Listener at) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(at.host(), at.port()), 0);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Expected to serve metrics on "
                            + at.host()
                            + ":"
                            + at.port()
                            + ", but "
                            + e.getMessage(),
                    e);
        }
        MetricsPage page = new MetricsPage(server);
        new BrokerMetrics(broker).bindTo(page.registry);
        server.createContext("/", page::answer);
        server.setExecutor(page.thread);
        server.start();
        return page;
    }

    /** Where it is. */
    public String uri() {
        InetSocketAddress at = server.getAddress();
        String host = at.getAddress().getHostAddress();
        return "http://"
                + (host.indexOf(':') < 0 ? host : "[" + host + "]")
                + ":"
                + at.getPort()
                + PATH;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                exchange.sendResponseHeaders(NOT_FOUND, NO_BODY);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, NO_BODY);
            } else {
                byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders()
                        .set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                exchange.sendResponseHeaders(OK, text.length);
                try (OutputStream body = exchange.getResponseBody()) {
                    body.write(text);
                }
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdown();
        registry.close();
    }
}
