package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemporaryNameTest {

    @Test
    void theFirstPartitionIsNotSaid() {
        assertEquals("temp-queue/7", TemporaryName.at(1, "temp-queue/7"));
        assertEquals("temp-queue/7@12", TemporaryName.at(12, "temp-queue/7"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 10, 64, 99_999})
    void whatWasSaidIsFound(int partition) {
        assertEquals(partition, TemporaryName.partitionOf(TemporaryName.at(partition, "body/a@3")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "a", "a@", "a@x", "a@1x", "a@-1", "a@123456", "2"})
    void anythingElseIsInTheFirst(String name) {
        assertEquals(1, TemporaryName.partitionOf(name));
    }
}
