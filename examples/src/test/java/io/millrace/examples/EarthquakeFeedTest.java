package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EarthquakeFeedTest {

    private static final List<Quake> FEED = EarthquakeFeed.load();

    @Test
    void holdsEachQuakeOfTheWeekOnce() {
        assertEquals(1_707, FEED.size());
        assertEquals(1_707, FEED.stream().map(Quake::id).collect(Collectors.toSet()).size());
    }

    @Test
    void comesOldestFirst() {
        for (int n = 1; n < FEED.size(); n++) {
            assertTrue(FEED.get(n - 1).timeMillis() <= FEED.get(n).timeMillis());
        }
    }

    @Test
    void readsEveryField() {
        Quake castaic =
                FEED.stream()
                        .filter(quake -> quake.id().equals("ci37868143"))
                        .findAny()
                        .orElseThrow();
        assertEquals(2.0, castaic.magnitude());
        assertEquals("4km W of Castaic, CA", castaic.place());
        assertEquals("CA", castaic.region());
        assertEquals(26.49, castaic.depthKm());
        assertEquals(-118.6671667, castaic.longitude());
        assertEquals(34.4945, castaic.latitude());
        assertEquals(1_517_966_773_840L, castaic.timeMillis());
    }

    @Test
    void readsBackWhatItWroteIntoAMessage() {
        for (Quake quake : FEED) {
            assertEquals(quake, EarthquakeFeed.parse(quake.json()));
        }
    }

    @Test
    void aQuakeStaysOnOneLineWithoutTabs() {
        assertTrue(FEED.stream().noneMatch(quake -> quake.json().matches("(?s).*[\t\r\n].*")));
    }

    @Test
    void refusesABodyThatIsNoQuake() {
        assertThrows(IllegalArgumentException.class, () -> EarthquakeFeed.parse("{}"));
        assertThrows(IllegalArgumentException.class, () -> EarthquakeFeed.parse("hello"));
    }

    @Test
    void aPlaceWithoutACommaIsItsOwnRegion() {
        assertEquals("Banda Sea", new Quake("x", 1, "Banda Sea", 0, 0, 0, 0, "").region());
    }
}
