package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadsTest {

    @Test
    void findsEachUnderItsName() {
        Stream.concat(Workloads.CORE.stream(), Workloads.MORE.stream())
                .forEach(workload -> assertEquals(workload, Workloads.named(workload.name())));
    }

    @Test
    void givesEachANameOfItsOwn() {
        long names =
                Stream.concat(Workloads.CORE.stream(), Workloads.MORE.stream())
                        .map(Workload::name)
                        .distinct()
                        .count();

        assertEquals(Workloads.CORE.size() + Workloads.MORE.size(), names);
    }

    @Test
    void takesANumberOfOnesOwn() {
        assertEquals(new ManyQueues(10_000), Workloads.named("queues-10000"));
        assertEquals(new StandingBacklog(1_000), Workloads.named("backlog-1000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"queues-", "queues-0", "queues-x", "queues-9999999999", "nothing"})
    void refusesOthers(String name) {
        assertThrows(IllegalArgumentException.class, () -> Workloads.named(name));
    }
}
