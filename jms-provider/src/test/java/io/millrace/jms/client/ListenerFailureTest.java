package io.millrace.jms.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is told of a listener's exception fits into a settlement, whatever it says. */
class ListenerFailureTest {

    private static final String CLASS = "java.lang.IllegalStateException";
    private static final int ROOM = 500 - (CLASS + ": ").length();

    private static String described(@Nullable String message) {
        return ListenerFailure.describe(new IllegalStateException(message));
    }

    @Test
    void saysClassAndMessage() {
        assertEquals(CLASS + ": no order", described("no order"));
        assertEquals(CLASS, described(null));
        assertEquals(CLASS + ": ", described(""));
    }

    @Test
    void isCutAtTheLimit() {
        String full = "x".repeat(ROOM);
        assertEquals(CLASS + ": " + full, described(full));
        assertEquals(CLASS + ": " + full, described(full + "y"));
    }

    /** Half a character would be a question mark at the other end. */
    @Test
    void isNotCutWithinACharacter() {
        String smile = "\uD83D\uDE00";
        String almost = "x".repeat(ROOM - 2);
        assertEquals(CLASS + ": " + almost + smile, described(almost + smile + smile));
        assertEquals(CLASS + ": " + almost + "x", described(almost + "x" + smile));
    }
}
