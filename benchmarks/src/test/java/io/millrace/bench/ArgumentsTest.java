package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ArgumentsTest {

    @Test
    void readsValuesAndFlags() {
        Arguments arguments = parse("--runs", "5", "--short", "--against", "artemis");

        assertEquals(5, arguments.number("runs", 3));
        assertTrue(arguments.flag("short"));
        assertEquals("artemis", arguments.text("against", "none"));
        arguments.refuseOthers();
    }

    @Test
    void refusesAnOptionThatNobodyAskedFor() {
        Arguments arguments = parse("--rnus", "5");
        arguments.number("runs", 3);

        assertThrows(IllegalArgumentException.class, arguments::refuseOthers);
    }

    @Test
    void refusesATextForANumber() {
        assertThrows(
                IllegalArgumentException.class, () -> parse("--runs", "many").number("runs", 3));
    }

    private static Arguments parse(String... args) {
        return Arguments.parse(args, 0);
    }
}
