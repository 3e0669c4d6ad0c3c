package io.millrace.tck.spring;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Listeners and templates of Spring Framework 6 in transactions that are rolled back. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpringTransactionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private AnnotationConfigApplicationContext context;
    private JmsTemplate template;
    private Listeners listeners;
    private TransactionTemplate transactions;

    /** What an application configures. */
    @Configuration
    @EnableJms
    static class Application {

        @Bean
        CachingConnectionFactory connectionFactory() {
            return new CachingConnectionFactory(
                    new MillraceConnectionFactory("millrace:mem:" + UUID.randomUUID()));
        }

        @Bean
        JmsTemplate template(ConnectionFactory factory) {
            JmsTemplate made = new JmsTemplate(factory);
            made.setSessionTransacted(true);
            made.setReceiveTimeout(LIMIT.toMillis());
            return made;
        }

        @Bean
        PlatformTransactionManager transactionManager(ConnectionFactory factory) {
            return new JmsTransactionManager(factory);
        }

        /** The container's own transactions. */
        @Bean
        DefaultJmsListenerContainerFactory jmsListenerContainerFactory(ConnectionFactory factory) {
            DefaultJmsListenerContainerFactory made = new DefaultJmsListenerContainerFactory();
            made.setConnectionFactory(factory);
            made.setSessionTransacted(true);
            made.setErrorHandler(failure -> {});
            return made;
        }

        /** Transactions of the manager. */
        @Bean
        DefaultJmsListenerContainerFactory managed(
                ConnectionFactory factory, PlatformTransactionManager manager) {
            DefaultJmsListenerContainerFactory made = jmsListenerContainerFactory(factory);
            made.setTransactionManager(manager);
            return made;
        }

        @Bean
        Listeners listeners(JmsTemplate template) {
            return new Listeners(template);
        }
    }

    /** Listeners that fail at the first delivery of each message, after they sent an answer. */
    static class Listeners {

        final List<String> seen = new CopyOnWriteArrayList<>();
        private final JmsTemplate template;

        Listeners(JmsTemplate template) {
            this.template = template;
        }

        @JmsListener(destination = "orders")
        void order(Message order) throws JMSException {
            work("order", order);
        }

        @JmsListener(destination = "managed orders", containerFactory = "managed")
        void managedOrder(Message order) throws JMSException {
            work("managed", order);
        }

        private void work(String kind, Message order) throws JMSException {
            int count = order.getIntProperty("JMSXDeliveryCount");
            seen.add(
                    "%s %s, delivery %d, redelivered %b"
                            .formatted(
                                    kind,
                                    order.getBody(String.class),
                                    count,
                                    order.getJMSRedelivered()));
            template.convertAndSend("answers", "answer at delivery " + count);
            if (count == 1) {
                throw new IllegalArgumentException("on purpose");
            }
        }
    }

    @BeforeEach
    void start() {
        context = new AnnotationConfigApplicationContext(Application.class);
        template = context.getBean(JmsTemplate.class);
        listeners = context.getBean(Listeners.class);
        transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    }

    @AfterEach
    void stop() {
        context.close();
    }

    private void assertRolledBackOnce(String queue, String kind) {
        template.convertAndSend(queue, "apples");
        assertEquals("answer at delivery 2", template.receiveAndConvert("answers"));
        assertEquals(
                List.of(
                        kind + " apples, delivery 1, redelivered false",
                        kind + " apples, delivery 2, redelivered true"),
                listeners.seen);
        assertNothingIn("answers");
    }

    private void assertNothingIn(String queue) {
        template.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        assertNull(template.receive(queue));
        template.setReceiveTimeout(LIMIT.toMillis());
    }

    /** What the listener got comes again, and what it sent in the same session was never sent. */
    @Test
    void listenerThatThrowsIsRolledBack() {
        assertRolledBackOnce("orders", "order");
    }

    @Test
    void listenerThatThrowsIsRolledBackByTheTransactionManager() {
        assertRolledBackOnce("managed orders", "managed");
    }

    @Test
    void managerCommitsAndRollsBackSends() {
        transactions.executeWithoutResult(
                status -> {
                    template.convertAndSend("plain", "rolled back");
                    status.setRollbackOnly();
                });
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        transactions.executeWithoutResult(
                                status -> {
                                    template.convertAndSend("plain", "thrown away");
                                    throw new IllegalArgumentException("on purpose");
                                }));
        transactions.executeWithoutResult(
                status -> {
                    template.convertAndSend("plain", "one");
                    template.convertAndSend("other", "two");
                    assertNothingInAnotherSession();
                });
        assertEquals("one", template.receiveAndConvert("plain"));
        assertEquals("two", template.receiveAndConvert("other"));
        assertNothingIn("plain");
    }

    private void assertNothingInAnotherSession() {
        JmsTemplate outside = new JmsTemplate(context.getBean(ConnectionFactory.class));
        outside.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        outside.setSessionTransacted(false);
        Thread other = new Thread(() -> listeners.seen.add("saw " + outside.receive("plain")));
        other.start();
        await().atMost(LIMIT).until(() -> !other.isAlive());
        assertEquals(List.of("saw null"), listeners.seen);
    }

    @Test
    void managerGivesBackWhatWasReceived() throws JMSException {
        template.convertAndSend("plain", "text");
        transactions.executeWithoutResult(
                status -> {
                    assertEquals("text", template.receiveAndConvert("plain"));
                    status.setRollbackOnly();
                });
        Message again = template.receive("plain");
        assertNotNull(again);
        assertEquals(2, again.getIntProperty("JMSXDeliveryCount"));
        assertEquals(true, again.getJMSRedelivered());
        assertNothingIn("plain");
    }
}
