package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuestionDeskTest {

    private static final List<Quake> FEED = EarthquakeFeed.load();

    @Test
    void knowsTheFeed() {
        assertEquals("1707", QuestionDesk.answer("how many", FEED));
        assertEquals("311", QuestionDesk.answer("how many in Alaska", FEED));
        assertEquals("0", QuestionDesk.answer("how many in Atlantis", FEED));
        assertEquals(
                "magnitude 6.4, 22km NNE of Hualian, Taiwan",
                QuestionDesk.answer("strongest", FEED));
        assertEquals(
                "573.76 km, 13km SSW of Ndoi Island, Fiji", QuestionDesk.answer(" deepest ", FEED));
    }

    @Test
    void saysWhenItKnowsNothingYet() {
        assertEquals("0", QuestionDesk.answer("how many", List.of()));
        assertEquals("none yet", QuestionDesk.answer("strongest", List.of()));
        assertEquals("none yet", QuestionDesk.answer("deepest", List.of()));
    }

    @Test
    void saysWhatMayBeAsked() {
        assertTrue(QuestionDesk.answer("why", FEED).startsWith("The desk knows: how many"));
    }
}
