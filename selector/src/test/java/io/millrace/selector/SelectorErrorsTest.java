package io.millrace.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jakarta Messaging 3.1, 3.8.1.1: syntax is verified "at the time it is presented". */
class SelectorErrorsTest {

    private static SelectorSyntaxException refused(String selector) {
        return assertThrows(
                SelectorSyntaxException.class, () -> Selector.parse(selector), selector);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a = | 3 | its end | an identifier, a literal or '('",
                "a = AND b = 1 | 4 | 'AND' | an identifier, a literal or '('",
                "a = 1 b = 2 | 6 | 'b' | an operator or its end",
                "(a = 1 | 6 | its end | an operator or ')'",
                "a = 1) | 5 | ')' | an operator or its end",
                "a IN ('x' 'y') | 10 | ''y'' | ',' or ')'",
                "a IN (1, 2) | 6 | '1' | a string literal",
                "a IN () | 6 | ')' | a string literal",
                "a IN 'x' | 5 | ''x'' | '('",
                "a LIKE 7 | 7 | '7' | a string literal",
                "a NOT 5 | 6 | '5' | BETWEEN, IN or LIKE",
                "a IS 5 | 5 | '5' | NOT or NULL",
                "a IS NOT 5 | 9 | '5' | NULL",
                "a BETWEEN 1 OR 2 | 12 | 'OR' | AND",
                "a = 'x | 4 | ''x' | a closing quote for the string that begins",
                "a = 1st | 4 | '1st' | a number as Java writes it",
                "a = 0x | 4 | '0x' | a number as Java writes it",
                "a = 09 | 4 | '09' | a number as Java writes it",
                "a = 1e | 4 | '1e' | a number as Java writes it",
                "1uncorrect IS NULL | 0 | '1uncorrect' | a number as Java writes it",
                "a = 9223372036854775808 | 4 | '9223372036854775808' | a number in the range of long",
                "a = 1e999 | 4 | '1e999' | a number in the range of double",
                "a = 1e99f | 4 | '1e99f' | a number in the range of float",
                "a = 1e-999 | 4 | '1e-999' | a number in the range of double",
                "a > 'x' | 4 | a string | a number",
                "a <= TRUE | 5 | a condition | a number",
                "'foo' >= TRUE | 0 | a string | a number",
                "TRUE > 0 | 0 | a condition | a number",
                "TRUE = 0 | 7 | a number | a condition to compare with a condition",
                "'a' = 1 | 6 | a number | a string to compare with a string",
                "a + 'x' = 1 | 4 | a string | a number",
                "a BETWEEN 'foo' AND 'test' | 10 | a string | a number",
                "-'x' = 1 | 1 | a string | a number",
                "a AND 5 | 6 | a number | a condition",
                "NOT 'x' | 4 | a string | a condition",
                "5 | 0 | a number | a condition",
                "a + 1 | 0 | a number | a condition",
                "5 IN ('x') | 0 | a number | an identifier alone before IN",
                "(a) IN ('x') | 0 | an expression | an identifier alone before IN",
                "a + b LIKE 'x' | 0 | an expression | an identifier alone before LIKE",
                "'x' IS NULL | 0 | a string | an identifier alone before IS NULL",
                "a LIKE 'x' ESCAPE 'yz' | 18 | ''yz'' | a string of one character after ESCAPE",
                "a LIKE 'x' ESCAPE '' | 18 | '''' | a string of one character after ESCAPE",
                "a LIKE 'x!' ESCAPE '!' | 7 | ''x!'' | a character behind the last escape character",
                "NULL = 0 | 0 | 'NULL' | an identifier, a literal or '('",
                "a = NULL | 4 | 'NULL' | an identifier, a literal or '('",
                "a == 1 | 3 | '=' | an identifier, a literal or '('",
                "a != 1 | 2 | '!' | an operator or its end",
                "%a = 1 | 0 | '%' | an identifier, a literal or '('",
                "a /* x */ = 1 | 3 | '*' | an identifier, a literal or '('",
                "a = \"x\" | 4 | '\"' | an identifier, a literal or '('",
            })
    void saysWhereAndWhatWasExpected(
            String selector, int offset, String offending, String expected) {
        SelectorSyntaxException error = refused(selector);
        assertEquals(offset, error.offset(), error.getMessage());
        assertEquals(offending, error.offending(), error.getMessage());
        assertEquals(expected, error.expected(), error.getMessage());
    }

    /** "SQL comments are not supported" (3.8.1.3): two signs are two signs. */
    @Test
    void knowsNoComments() {
        assertEquals("a = 1 - -all", Selector.parse("a = 1 -- all").expression().toString());
    }

    /** "Identifiers cannot be the names NULL, TRUE, or FALSE", nor the operators. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE"
            })
    void refusesReservedWordsAsIdentifiers(String word) {
        refused(word + " > 0");
        refused(word.toLowerCase(java.util.Locale.ROOT) + " > 0");
        refused(word + " = 0");
        refused(word + " IS NULL");
    }

    /** "Message header field references are restricted to …". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "JMSReplyTo", "JMSDestination", "JMSExpiration", "JMSRedelivered",
                "JMSDeliveryTime", "JMS", "JMSanything", "JMStype"
            })
    void refusesOtherHeaders(String name) {
        SelectorSyntaxException error = refused("x = 1 AND " + name + " IS NULL");
        assertEquals(10, error.offset());
        assertEquals("'" + name + "'", error.offending());
    }

    @Test
    void countsLinesAndColumnsFromOne() {
        SelectorSyntaxException error = refused("a = 1 AND\r\n  \uD83D\uDE00 = 2");
        assertEquals(2, error.line());
        assertEquals(3, error.column());
        assertEquals(13, error.offset());
        SelectorSyntaxException behind = refused("\uD801\uDC00 = 1 =");
        assertEquals(1, behind.line());
        assertEquals(8, behind.column());
    }

    @Test
    void saysAllOfItInTheMessage() {
        assertEquals(
                "Expected an identifier, a literal or '(' at line 1, column 10 of the selector,"
                        + " but found 'AND': color = (AND x)",
                refused("color = (AND x)").getMessage());
    }

    @Test
    void refusesWhatIsBlank() {
        assertEquals(0, refused("").offset());
        assertEquals("its end", refused("  \t").offending());
    }

    @Test
    void limitsLength() {
        String longest = "a = '" + "x".repeat(Selector.MAX_LENGTH - 6) + "'";
        assertFalse(Selector.parse(longest).matches(name -> null));
        SelectorSyntaxException error = refused(longest + " ");
        assertEquals(Selector.MAX_LENGTH, error.offset());
        assertTrue(error.toString().length() < 1_000, "the message repeats a part only");
    }

    /** Whatever nests: no text may overflow the stack of a thread, however small it is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(|a|)",
                "NOT |a|",
                "-|a|",
                "a + |a|",
                "a * |a|",
                "(a OR |a|)",
                "NOT (|a|)",
                "-(|a|)",
                "a = 1 AND (|a|)",
                "(a = |a|)",
                "a BETWEEN (|1| ) AND 1"
            })
    void limitsDepth(String form) throws InterruptedException {
        String[] parts = form.split("\\|", -1);
        int times = 10_000;
        String deep = parts[0].repeat(times) + parts[1] + parts[2].repeat(times);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread small =
                new Thread(
                        null,
                        () -> {
                            try {
                                Selector.parse(deep.length() > 60_000 ? cut(parts) : deep);
                            } catch (SelectorSyntaxException | StackOverflowError e) {
                                thrown.set(e);
                            }
                        },
                        "small stack",
                        512 * 1024);
        small.start();
        small.join();
        SelectorSyntaxException refusal =
                assertInstanceOf(SelectorSyntaxException.class, thrown.get(), form);
        assertTrue(refusal.expected().contains("levels"), refusal.toString());
    }

    private static String cut(String[] parts) {
        int times = 60_000 / (parts[0].length() + parts[2].length());
        return parts[0].repeat(times) + parts[1] + parts[2].repeat(times);
    }

    /** The deepest that is allowed fits a small stack in parser, compiler and evaluation. */
    @ParameterizedTest
    @ValueSource(strings = {"(|a = 1|)", "NOT |a|", "(a = 2 OR |a = 1|)", "-|a|"})
    void allowsReasonableDepth(String form) throws InterruptedException {
        String[] parts = form.split("\\|", -1);
        int times = Selector.MAX_DEPTH - 4;
        String inner = parts[0].repeat(times) + parts[1] + parts[2].repeat(times);
        String selector = form.startsWith("-") ? inner + " = 1" : inner;
        AtomicReference<Object> result = new AtomicReference<>();
        Thread small =
                new Thread(
                        null,
                        () -> {
                            try {
                                result.set(
                                        Selector.parse(selector)
                                                .matches(
                                                        form.startsWith("NOT")
                                                                ? n -> true
                                                                : n -> 1));
                            } catch (SelectorSyntaxException | StackOverflowError e) {
                                result.set(e);
                            }
                        },
                        "small stack",
                        512 * 1024);
        small.start();
        small.join();
        assertEquals(true, result.get(), form);
    }

    /** Flat lists are no nesting. */
    @Test
    void allowsLongListsOfConditions() {
        String ors = "a = 1" + " OR a = 1".repeat(5_000);
        assertTrue(Selector.parse(ors).matches(name -> 1));
        String in = "a IN ('x'" + ", 'x'".repeat(5_000) + ")";
        assertTrue(Selector.parse(in).matches(name -> "x"));
    }
}
