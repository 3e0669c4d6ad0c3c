package io.millrace.tck.jta;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.jms.MillraceXAConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.jta.JtaTransactionManager;

/** Spring Framework 6 over Narayana: templates, listeners and a database in one transaction. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpringJtaTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    // Narayana is there once in a JVM.
    @TempDir private static Path directory = Path.of("");
    private static MovesDatabase database;
    private static AnnotationConfigApplicationContext context;
    private static JmsTemplate template;
    private static Orders orders;

    /** What an application configures. */
    @EnableJms
    @EnableTransactionManagement
    static class Application {

        @Bean
        Narayana narayana() throws Exception {
            return new Narayana(
                    directory.resolve("log"),
                    new MillraceXAConnectionFactory("millrace:mem:" + UUID.randomUUID()),
                    database.source());
        }

        @Bean
        JtaTransactionManager transactionManager(Narayana narayana) {
            return new JtaTransactionManager(narayana.transactions(), narayana.manager());
        }

        @Bean
        ConnectionFactory connectionFactory(Narayana narayana) {
            return narayana.broker();
        }

        @Bean
        JmsTemplate template(ConnectionFactory factory) {
            JmsTemplate made = new JmsTemplate(factory);
            made.setReceiveTimeout(LIMIT.toMillis());
            return made;
        }

        @Bean
        DefaultJmsListenerContainerFactory jmsListenerContainerFactory(
                ConnectionFactory factory, JtaTransactionManager manager) {
            DefaultJmsListenerContainerFactory made = new DefaultJmsListenerContainerFactory();
            made.setConnectionFactory(factory);
            made.setTransactionManager(manager);
            made.setErrorHandler(failure -> {});
            return made;
        }

        @Bean
        Orders orders(JmsTemplate template, Narayana narayana) {
            return new Orders(template, narayana);
        }
    }

    /** The application's service, and its listener. */
    static class Orders {

        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final JmsTemplate template;
        private final Narayana narayana;

        Orders(JmsTemplate template, Narayana narayana) {
            this.template = template;
            this.narayana = narayana;
        }

        public List<String> seen() {
            return List.copyOf(seen);
        }

        @Transactional
        public void accept(String order, boolean fails) throws Exception {
            template.convertAndSend("accepted", order);
            insert(order);
            if (fails) {
                throw new IllegalArgumentException("on purpose");
            }
        }

        @Transactional
        public String move(String from, boolean fails) throws Exception {
            String order = (String) template.receiveAndConvert(from);
            template.convertAndSend("moved", String.valueOf(order));
            insert("moved " + order);
            if (fails) {
                throw new IllegalArgumentException("on purpose");
            }
            return String.valueOf(order);
        }

        /** Fails at the first delivery of each order. */
        @JmsListener(destination = "orders")
        public void order(Message order) throws Exception {
            int count = order.getIntProperty("JMSXDeliveryCount");
            String text = order.getBody(String.class);
            seen.add("%s %d %b".formatted(text, count, order.getJMSRedelivered()));
            template.convertAndSend("answers", text + " at delivery " + count);
            insert(text);
            if (count == 1) {
                throw new IllegalArgumentException("on purpose");
            }
        }

        private void insert(String text) throws Exception {
            try (Connection rows = narayana.database();
                    PreparedStatement insert = rows.prepareStatement(MovesDatabase.INSERT)) {
                insert.setString(1, text);
                insert.executeUpdate();
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        database = MovesDatabase.at(directory.resolve("database"));
        context = new AnnotationConfigApplicationContext(Application.class);
        template = context.getBean(JmsTemplate.class);
        orders = context.getBean(Orders.class);
    }

    @AfterAll
    static void stop() throws Exception {
        context.close();
        database.close();
    }

    private static void assertNothingIn(String queue) {
        JmsTemplate hasty = new JmsTemplate(context.getBean(ConnectionFactory.class));
        hasty.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        assertNull(hasty.receive(queue));
    }

    @Test
    void whatATransactionalMethodSendsIsThereWithItsRow() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> orders.accept("apples", true));
        orders.accept("pears", false);
        assertEquals("pears", template.receiveAndConvert("accepted"));
        assertNothingIn("accepted");
        assertEquals(Set.of("pears"), database.rows("pears", "apples"));
    }

    @Test
    void whatItReceivesComesAgainWhenItFails() throws Exception {
        template.convertAndSend("plain", "plums");
        assertThrows(IllegalArgumentException.class, () -> orders.move("plain", true));
        assertNothingIn("moved");
        assertEquals("plums", orders.move("plain", false));
        assertEquals("plums", template.receiveAndConvert("moved"));
        assertNothingIn("moved");
        assertNothingIn("plain");
        assertEquals(Set.of("moved plums"), database.rows("moved plums"));
    }

    @Test
    void whatAListenerGotComesAgainWithCountAndFlag() throws JMSException {
        template.convertAndSend("orders", "cherries");
        assertEquals("cherries at delivery 2", template.receiveAndConvert("answers"));
        assertEquals(List.of("cherries 1 false", "cherries 2 true"), orders.seen());
        assertNothingIn("answers");
        await().atMost(LIMIT).until(() -> database.rows("cherries").equals(Set.of("cherries")));
    }
}
