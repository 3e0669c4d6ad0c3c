package io.millrace.jms;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.jms.client.ClientThreads;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** "A Connection serializes execution of its ExceptionListener": Jakarta Messaging 3.1, 6.1.7. */
class ExceptionReportsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger together = new AtomicInteger();

    private void hear(JMSException problem) {
        if (inside.incrementAndGet() > 1) {
            together.incrementAndGet();
        }
        Thread.yield();
        String text = String.valueOf(problem.getMessage());
        heard.add(text);
        inside.decrementAndGet();
        if (text.endsWith("3")) {
            throw new IllegalArgumentException("on purpose");
        }
    }

    @Test
    void problemsAreToldOneAtATimeAndInOrder() {
        ExceptionListener listener = this::hear;
        ExceptionReports reports =
                new ExceptionReports(new ClientThreads(Thread::new), () -> listener);
        List<String> expected = IntStream.range(0, 50).mapToObj(Integer::toString).toList();
        expected.forEach(each -> reports.add(new JMSException(each)));
        await().atMost(LIMIT).until(() -> heard.size() == 50);
        assertEquals(expected, heard);
        assertEquals(0, together.get());
        reports.close();
        reports.add(new JMSException("late"));
        assertEquals(50, heard.size());
    }

    @Test
    void problemsWithoutAListenerAreDropped() {
        ExceptionReports reports = new ExceptionReports(new ClientThreads(Thread::new), () -> null);
        reports.add(new JMSException("nobody"));
        assertEquals(List.of(), heard);
    }
}
