package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Queues that live in different partitions of a broker with three. */
final class ThreePartitions {

    static final List<String> NAMES = List.of("a", "c", "e");

    private ThreePartitions() {}

    /** Else a test of several partitions would be one of a single one. */
    static void check(int port) throws IOException {
        try (RawClient client = RawClient.welcomed(port)) {
            Set<Integer> partitions = new TreeSet<>();
            for (String name : NAMES) {
                partitions.add(client.locate(name).partition());
            }
            assertEquals(Set.of(1, 2, 3), partitions);
        }
    }
}
