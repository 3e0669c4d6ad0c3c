package io.millrace.storage.ahead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OrderedTasksTest {

    private static OrderedTasks<Integer> tasks(int threads, List<Supplier<Integer>> tasks) {
        return new OrderedTasks<>("ordered-tasks-test", threads, tasks.iterator());
    }

    private static long threadsAlive() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals("ordered-tasks-test"))
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void givesResultsInOrder(int threads) {
        List<Supplier<Integer>> all = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(each -> all.add(() -> each));
        List<Integer> results = new ArrayList<>();
        try (OrderedTasks<Integer> tasks = tasks(threads, all)) {
            while (tasks.hasNext()) {
                results.add(tasks.next());
            }
        }
        assertEquals(IntStream.range(0, 1_000).boxed().toList(), results);
        assertEquals(0, threadsAlive());
    }

    @Test
    void doesNoMoreThanAFewAhead() {
        AtomicInteger begun = new AtomicInteger();
        List<Supplier<Integer>> all = new ArrayList<>();
        IntStream.range(0, 100).forEach(each -> all.add(begun::incrementAndGet));
        try (OrderedTasks<Integer> tasks = tasks(3, all)) {
            tasks.next();
        }
        assertTrue(begun.get() <= 6, begun + " were begun");
    }

    /** The only other thread is kept by the first task until the owner has done the second. */
    @Test
    void theOwnerDoesWhatNobodyHasBegun() {
        Thread owner = Thread.currentThread();
        CountDownLatch othersMayGoOn = new CountDownLatch(1);
        AtomicInteger byOwner = new AtomicInteger();
        Supplier<Integer> task =
                () -> {
                    if (Thread.currentThread() == owner) {
                        byOwner.incrementAndGet();
                        othersMayGoOn.countDown();
                    } else {
                        await(othersMayGoOn);
                    }
                    return 7;
                };
        try (OrderedTasks<Integer> tasks = tasks(2, List.of(task, task, task))) {
            assertEquals(7, tasks.next());
            assertEquals(7, tasks.next());
            assertEquals(7, tasks.next());
        }
        assertTrue(byOwner.get() >= 1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whatATaskThrowsIsThrownInItsPlace(int threads) {
        AssertionError error = new AssertionError("third");
        IllegalStateException failure = new IllegalStateException("second");
        List<Supplier<Integer>> all =
                List.of(
                        () -> 1,
                        () -> {
                            throw failure;
                        },
                        () -> {
                            throw error;
                        },
                        () -> 4);
        try (OrderedTasks<Integer> tasks = tasks(threads, all)) {
            assertEquals(1, tasks.next());
            assertSame(failure, assertThrows(IllegalStateException.class, tasks::next));
            assertSame(error, assertThrows(AssertionError.class, tasks::next));
            assertEquals(4, tasks.next());
            assertFalse(tasks.hasNext());
        }
        assertEquals(0, threadsAlive());
    }

    /** The task that the other thread has begun ends only when the owner waits in closing. */
    @Test
    void closingWaitsForWhatIsBeingDone() {
        Thread owner = Thread.currentThread();
        AtomicInteger done = new AtomicInteger();
        boolean doneByOwner = true;
        while (doneByOwner) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicReference<Thread> worker = new AtomicReference<>();
            Supplier<Integer> slow =
                    () -> {
                        worker.set(Thread.currentThread());
                        begun.countDown();
                        while (Thread.currentThread() != owner
                                && owner.getState() != Thread.State.WAITING) {
                            Thread.onSpinWait();
                        }
                        return done.incrementAndGet();
                    };
            try (OrderedTasks<Integer> tasks = tasks(2, List.of(() -> 0, slow))) {
                tasks.next();
                await(begun);
                owner.interrupt();
            }
            assertTrue(Thread.interrupted(), "the interrupt is there again");
            doneByOwner = worker.get() == owner;
        }
        assertTrue(done.get() >= 1);
        assertEquals(0, threadsAlive());
    }
}
