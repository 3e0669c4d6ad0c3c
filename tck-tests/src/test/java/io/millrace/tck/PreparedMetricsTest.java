package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.jms.MillraceTransactions;
import io.millrace.jms.MillraceXAConnectionFactory;
import io.millrace.server.Broker;
import io.millrace.server.LogOpeners;
import io.millrace.server.configuration.Listener;
import io.millrace.server.metrics.BrokerMetrics;
import io.millrace.server.metrics.MetricsPage;
import io.millrace.server.net.NettyAcceptor;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** What monitoring knows of branches that wait for their decision. */
class PreparedMetricsTest {

    private static final String NAME = "millrace.transactions.";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double gauge(String name) {
        return registry.get(NAME + name).tag("partition", "1").gauge().value();
    }

    private static String prepare(XAConnection connection) throws Exception {
        XASession session = connection.createXASession();
        XAResource resource = session.getXAResource();
        TestXid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        Texts.send(session, session.createQueue("out"), "1");
        resource.end(xid, XAResource.TMSUCCESS);
        assertEquals(XAResource.XA_OK, resource.prepare(xid));
        return MillraceTransactions.idOf(xid);
    }

    @Test
    void gaugesFollowTheBranches() throws Exception {
        Broker broker = Broker.start(LogOpeners.inMemory(), PartitionLimits.NETWORK);
        NettyAcceptor acceptor = NettyAcceptor.listen("127.0.0.1", 0, 1, broker::accept);
        new BrokerMetrics(broker).bindTo(registry);
        try (broker;
                MetricsPage page = MetricsPage.open(broker, new Listener("127.0.0.1", 0));
                XAConnection connection =
                        new MillraceXAConnectionFactory("millrace://127.0.0.1:" + acceptor.port())
                                .createXAConnection()) {
            assertEquals(0, gauge("prepared"));
            assertEquals(0, gauge("prepared.oldest.age"));
            String first = prepare(connection);
            String second = prepare(connection);
            assertEquals(2, gauge("prepared"));
            await().atMost(Duration.ofSeconds(10)).until(() -> gauge("prepared.oldest.age") > 0);
            assertTrue(gauge("prepared.oldest.age") < 60, "in seconds");
            assertPage(page, "millrace_transactions_prepared{partition=\"1\"} 2.0");
            MillraceTransactions transactions = MillraceTransactions.of(connection);
            transactions.commit(first);
            transactions.rollback(second);
            assertEquals(0, gauge("prepared"));
            assertEquals(0, gauge("prepared.oldest.age"));
            assertEquals(2, gauge("decided.by.hand"));
            assertPage(page, "millrace_transactions_decided_by_hand{partition=\"1\"} 2.0");
            assertPage(
                    page, "millrace_transactions_prepared_oldest_age_seconds{partition=\"1\"} 0.0");
            transactions.forget(first);
            transactions.forget(second);
            assertEquals(0, gauge("decided.by.hand"));
            assertEquals(404, get(page.uri() + "/more").statusCode());
        } finally {
            acceptor.close();
        }
    }

    private static HttpResponse<String> get(String uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri)).build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static void assertPage(MetricsPage page, String line) throws Exception {
        HttpResponse<String> response = get(page.uri());
        assertEquals(200, response.statusCode());
        assertTrue(response.body().lines().anyMatch(line::equals), response::body);
    }
}
