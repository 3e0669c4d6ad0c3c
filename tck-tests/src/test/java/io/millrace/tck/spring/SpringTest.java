package io.millrace.tck.spring;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.springframework.jms.core.JmsTemplate;

/** JmsTemplate, listeners and the caching factory of Spring Framework 6. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpringTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private AnnotationConfigApplicationContext context;
    private JmsTemplate template;
    private Listeners listeners;

    /** What an application configures. */
    @Configuration
    @EnableJms
    static class Application {

        @Bean
        CachingConnectionFactory connectionFactory() {
            CachingConnectionFactory caching =
                    new CachingConnectionFactory(
                            new MillraceConnectionFactory("millrace:mem:" + UUID.randomUUID()));
            caching.setSessionCacheSize(4);
            return caching;
        }

        @Bean
        JmsTemplate template(ConnectionFactory factory) {
            JmsTemplate made = new JmsTemplate(factory);
            made.setReceiveTimeout(LIMIT.toMillis());
            return made;
        }

        @Bean
        DefaultJmsListenerContainerFactory jmsListenerContainerFactory(ConnectionFactory factory) {
            DefaultJmsListenerContainerFactory made = new DefaultJmsListenerContainerFactory();
            made.setConnectionFactory(factory);
            return made;
        }

        @Bean
        Listeners listeners() {
            return new Listeners();
        }
    }

    /** The application's listeners. */
    static class Listeners {

        final Set<String> orders = ConcurrentHashMap.newKeySet();
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        final CountDownLatch fourAtOnce = new CountDownLatch(4);

        @JmsListener(destination = "orders", concurrency = "4-8")
        void order(String order) throws InterruptedException {
            if (threads.add(Thread.currentThread())) {
                fourAtOnce.countDown();
            }
            assertTrue(fourAtOnce.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
            orders.add(order);
        }

        @JmsListener(destination = "questions")
        String answer(String question) {
            return question + " ten";
        }
    }

    @BeforeEach
    void start() {
        context = new AnnotationConfigApplicationContext(Application.class);
        template = context.getBean(JmsTemplate.class);
        listeners = context.getBean(Listeners.class);
    }

    @AfterEach
    void stop() {
        context.close();
    }

    @Test
    void templateSendsAndReceives() throws JMSException {
        template.send("plain", session -> session.createTextMessage("text"));
        Message arrived = template.receive("plain");
        assertEquals("text", ((TextMessage) arrived).getText());
        template.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        assertNull(template.receive("plain"));
    }

    @Test
    void templateConverts() {
        template.convertAndSend("converted", Map.of("number", 5));
        assertEquals(Map.of("number", 5), template.receiveAndConvert("converted"));
        template.convertAndSend("converted", 42L);
        assertEquals(42L, template.receiveAndConvert("converted"));
        template.convertAndSend(
                "converted",
                "selected",
                message -> {
                    message.setIntProperty("number", 7);
                    return message;
                });
        assertEquals("selected", template.receiveSelectedAndConvert("converted", "number = 7"));
    }

    @Test
    void requestAndReply() throws JMSException {
        Message reply =
                template.sendAndReceive(
                        "questions", session -> session.createTextMessage("how deep?"));
        assertNotNull(reply);
        assertEquals("how deep? ten", ((TextMessage) reply).getText());
    }

    @Test
    void listenersRunConcurrently() {
        for (int number = 0; number < 200; number++) {
            template.convertAndSend("orders", "order " + number);
        }
        await().atMost(LIMIT).until(() -> listeners.orders.size() == 200);
        assertTrue(listeners.threads.size() >= 4, listeners.threads::toString);
    }
}
