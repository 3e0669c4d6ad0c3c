package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GridLocatorTest {

    @Test
    void namesWellKnownPlaces() {
        assertEquals("FN31", GridLocator.of(41.714775, -72.727260), "Newington, Connecticut");
        assertEquals("JN58", GridLocator.of(48.14666, 11.60833), "Munich");
        assertEquals("GF15", GridLocator.of(-34.91, -56.21166), "Montevideo");
        assertEquals("RE78", GridLocator.of(-41.28333, 174.745), "Wellington");
    }

    @Test
    void countsFromTheSouthPoleAndTheAntimeridian() {
        assertEquals("AA00", GridLocator.of(-90, -180));
        assertEquals("JJ00", GridLocator.of(0, 0));
    }

    @Test
    void theFarEdgesBelongToTheLastSquare() {
        assertEquals("RR99", GridLocator.of(90, 180));
    }
}
