package io.millrace.selector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What selectors mean: Jakarta Messaging 3.1, 3.8.1. Unnumbered paragraphs are of 3.8.1.1. */
class SelectorTest {

    /** A message with one property of each kind. */
    private static final Map<String, Object> MESSAGE = new HashMap<>();

    static {
        MESSAGE.put("JMSType", "car");
        MESSAGE.put("JMSPriority", 4);
        MESSAGE.put("JMSDeliveryMode", "PERSISTENT");
        MESSAGE.put("JMSTimestamp", 1_700_000_000_000L);
        MESSAGE.put("color", "blue");
        MESSAGE.put("quote", "literal's");
        MESSAGE.put("orders", "2");
        MESSAGE.put("b", (byte) 5);
        MESSAGE.put("s", (short) -7);
        MESSAGE.put("i", 2_000_000_000);
        MESSAGE.put("l", Long.MIN_VALUE);
        MESSAGE.put("f", 0.1f);
        MESSAGE.put("d", 0.1);
        MESSAGE.put("nan", Double.NaN);
        MESSAGE.put("yes", true);
        MESSAGE.put("no", false);
        MESSAGE.put("$money_1", 1);
        MESSAGE.put("größe", 3);
        MESSAGE.put("\uD801\uDC00deseret", 1);
        MESSAGE.put("JMSXGroupID", "g");
        MESSAGE.put("JMS_Millrace_x", "y");
        MESSAGE.put("phone", "12993");
        MESSAGE.put("word", "lose");
        MESSAGE.put("under", "_foo");
        MESSAGE.put("smile", "a\uD83D\uDE00b");
        MESSAGE.put("empty", "");
    }

    private static boolean matches(String selector) {
        return Selector.parse(selector).matches(MESSAGE::get);
    }

    /** Neither true nor false: the selector matches neither as it is nor negated. */
    private static void assertUnknown(String selector) {
        assertFalse(matches(selector), selector);
        assertFalse(matches("NOT (" + selector + ")"), selector);
    }

    private static void assertFalsehood(String selector) {
        assertFalse(matches(selector), selector);
        assertTrue(matches("NOT (" + selector + ")"), selector);
    }

    private static void assertTruth(String selector) {
        assertTrue(matches(selector), selector);
        assertFalse(matches("NOT (" + selector + ")"), selector);
    }

    /** "The following message selector selects messages with a message type of car …". */
    @Test
    void selectsByTheExampleOfTheSpecification() {
        Selector selector = Selector.parse("JMSType = 'car' AND color = 'blue' AND weight > 2500");
        assertTrue(
                selector.matches(Map.of("JMSType", "car", "color", "blue", "weight", 2501)::get));
        assertFalse(
                selector.matches(Map.of("JMSType", "car", "color", "red", "weight", 2501)::get));
        assertFalse(selector.matches(Map.of("JMSType", "car", "color", "blue")::get));
    }

    /** "A string literal …", "Two strings are equal if and only if …". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "quote = 'literal''s'",
                "color = 'blue'",
                "color <> 'Blue'",
                "empty = ''",
                "smile = 'a\uD83D\uDE00b'",
                "'blue' = color",
                "'''' <> 'x'"
            })
    void comparesStrings(String selector) {
        assertTruth(selector);
    }

    /** "An exact numeric literal … uses the Java integer literal syntax". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "b = 5",
                "b = +5",
                "s = -7",
                "b = 5L",
                "b = 5l",
                "b = 0x5",
                "b = 0X05",
                "b = 05",
                "b = 0b101",
                "b = 0_5",
                "i = 2_000_000_000",
                "l = -9223372036854775808",
                "l = -9223372036854775808L",
                "l = 0x8000000000000000L",
                "b <> 0",
                "i > 1999999999",
                "0xffffffff = -1",
                "0xffffffffL = 4294967295",
                "010 = 8",
                "4294967296 > i",
                "-2147483648 - 1 = 2147483647",
                "-2147483648L - 1 < -2147483648",
                "- 7 = s"
            })
    void readsExactNumbersAsJavaDoes(String selector) {
        assertTruth(selector);
    }

    /** "An approximate numeric literal … use the Java floating-point literal syntax". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "7E3 = 7000", "-57.9E2 = -5790", "7. = 7", "-95.7 < -95", "+6.2 > 6", ".7e4 = 7000",
                "d = 0.1", "d = 0.1d", "d = 1e-1D", "f = 0.1f", "f <> 0.1", "0x1p4 = 16",
                "0x1.8p1 = 3", "0x.8p1f = 1", "1_0.0_1 > 10", "5d = 5", "5f = 5", "0.0 = -0.0",
                "1.7976931348623157E308 > 9223372036854775807", "4.9e-324 > 0"
            })
    void readsApproximateNumbersAsJavaDoes(String selector) {
        assertTruth(selector);
    }

    /** "The boolean literals TRUE and FALSE", "operator names … are case insensitive". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUE",
                "true",
                "NOT FALSE",
                "yes = TRUE",
                "no = fALSE",
                "yes <> FALSE",
                "yes",
                "NOT no",
                "yes and not no",
                "b between 1 aNd 9",
                "word like 'l%'",
                "color in ('blue')",
                "missing is null",
                "under like '#__oo' escape '#'",
                "TRUE OR (FALSE AND FALSE)",
                "(b > 1) = TRUE",
                "(b > 1) <> (b > 9)"
            })
    void knowsBooleansAndAnyCase(String selector) {
        assertTruth(selector);
    }

    /** "An identifier is an unlimited-length character sequence …", "are case sensitive". */
    @Test
    void takesJavaIdentifiersForNames() {
        assertTruth("$money_1 = 1");
        assertTruth("größe = 3");
        assertTruth("\uD801\uDC00deseret = 1");
        assertTruth("Color IS NULL AND color IS NOT NULL");
        assertTruth("i\u0000gnorable IS NULL");
        assertTruth("inn IS NULL AND ISNT IS NULL AND nullify IS NULL");
        assertTruth("x".repeat(20_000) + " IS NULL");
    }

    /** "Message header field references are restricted to …", JMSX and JMS_ names. */
    @Test
    void readsHeadersAndDefinedProperties() {
        assertTruth("JMSDeliveryMode = 'PERSISTENT'"); // 3.8.1.3
        assertTruth("JMSDeliveryMode <> 'NON_PERSISTENT'");
        assertTruth("JMSPriority BETWEEN 4 AND 9");
        assertTruth("JMSTimestamp > 1600000000000");
        assertTruth("JMSXGroupID = 'g' AND JMS_Millrace_x = 'y'");
        assertTruth("JMSCorrelationID IS NULL AND JMSMessageID IS NULL");
        assertUnknown("JMSCorrelationID = 'x'");
    }

    /** "The conversions that apply to the get methods … do not apply". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders > 1",
                "orders = 2",
                "orders <> 2",
                "orders < 1",
                "yes = 'true'",
                "yes <> 'true'",
                "orders + 1 > 0",
                "-orders < 0",
                "orders BETWEEN 1 AND 9",
                "b = color",
                "b <> color",
                "yes <> b",
                "color < word",
                "yes > no"
            })
    void findsUnlikeTypesFalse(String selector) {
        assertFalsehood(selector);
    }

    /** NOT BETWEEN is "age < 15 OR age > 19", which is false for a string as well. */
    @Test
    void negatesBetweenInsideTheComparison() {
        assertFalsehood("orders NOT BETWEEN 5 AND 9");
        assertTruth("b NOT BETWEEN 6 AND 9");
        assertTruth("b NOT BETWEEN 1 AND 4");
        assertFalsehood("b NOT BETWEEN 5 AND 5");
        assertFalsehood("b BETWEEN 9 AND 1");
        assertTruth("b * 2 BETWEEN b + 5 AND 0x10 - b");
        assertTruth("d BETWEEN 0 AND 1");
    }

    /** "Arithmetic operations must use Java numeric promotion", operators in precedence order. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 + 2 * 3 = 7",
                "(1 + 2) * 3 = 9",
                "7 / 2 = 3",
                "7 / 2.0 = 3.5",
                "-7 / 2 = -3",
                "10 - 4 - 3 = 3",
                "100 / 10 / 5 = 2",
                "2 - -3 = 5",
                "2 - +3 = -1",
                "- -b = 5",
                "-(b) = -5",
                "i + i < 0",
                "i + 0L + i = 4000000000",
                "i * 1.0 + i > i",
                "f + 0.0f = 0.1f",
                "f + 0.0 <> 0.1",
                "16777217 * 1f = 16777216",
                "b + s = -2",
                "1 / 0.0 > 1E300",
                "-l = l",
                "b+5=10",
                "b-5=0",
                "-b+5=0"
            })
    void computesAsJavaDoes(String selector) {
        assertTruth(selector);
    }

    /** What Java throws an exception for has no value here. */
    @Test
    void findsDivisionByZeroUnknown() {
        assertUnknown("1 / 0 = 1");
        assertUnknown("b / (b - 5) > 0");
        assertUnknown("l / 0L = 0");
    }

    /** Java's rules for what is not a number. */
    @Test
    void comparesNotANumberAsJavaDoes() {
        assertFalsehood("nan = nan");
        assertTruth("nan <> nan");
        assertFalsehood("nan < 0");
        assertFalsehood("nan >= 0");
    }

    /** "identifier [NOT] IN (…)", "If identifier … is NULL, the value … is unknown". */
    @Test
    void findsStringsInLists() {
        assertTruth("color IN ('UK', 'blue')");
        assertFalsehood("color IN ('UK', 'US')");
        assertTruth("color NOT IN ('UK', 'US')");
        assertFalsehood("color NOT IN ('blue', 'blue')");
        assertUnknown("missing IN ('UK')");
        assertUnknown("missing NOT IN ('UK')");
        assertUnknown("b IN ('5')");
        assertUnknown("b NOT IN ('UK')");
    }

    /** "identifier [NOT] LIKE pattern-value [ESCAPE escape-character]". */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "phone LIKE '12%3',true",
                "word LIKE 'l_se',true",
                "word LIKE 'l__se',false",
                "under LIKE '\\_%' ESCAPE '\\',true",
                "word LIKE '\\_%' ESCAPE '\\',false",
                "phone NOT LIKE '12%3',false",
                "word NOT LIKE '12%3',true",
                "empty LIKE '',true",
                "empty LIKE '%',true",
                "empty LIKE '_',false",
                "word LIKE 'lose',true",
                "word LIKE 'LOSE',false",
                "word LIKE '%',true",
                "word LIKE '%%',true",
                "word LIKE '%o%e',true",
                "word LIKE '%o',false",
                "phone LIKE '%9%9%',true",
                "phone LIKE '1%2%9%3%3',false",
                "phone LIKE '_____',true",
                "phone LIKE '____',false",
                "smile LIKE 'a_b',true",
                "smile LIKE 'a__b',false",
                "smile LIKE '%b',true",
                "quote LIKE '%''s',true",
                "word LIKE 'llose' ESCAPE 'l',true",
                "word LIKE 'l.se',false",
                "under LIKE '__oo',true",
                "under LIKE '_oo',false"
            })
    void matchesPatterns(String selector, boolean expected) {
        if (expected) {
            assertTruth(selector);
        } else {
            assertFalsehood(selector);
        }
    }

    @Test
    void findsPatternsUnknownForWhatIsNoString() {
        assertUnknown("missing LIKE '%'");
        assertUnknown("missing NOT LIKE '%'");
        assertUnknown("b LIKE '5'");
        assertUnknown("b NOT LIKE '6'");
    }

    /** 3.8.1.2: "Comparison or arithmetic with an unknown value always yields an unknown value". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "missing = 1",
                "missing <> 1",
                "missing = missing",
                "missing + 1 > 0",
                "-missing < 0",
                "missing BETWEEN 1 AND 2",
                "b BETWEEN missing AND 9",
                "b NOT BETWEEN 1 AND missing",
                "missing",
                "NOT missing",
                "missing = TRUE",
                "missing AND TRUE",
                "missing OR FALSE",
                "missing + color = 1",
                "color",
                "b",
                "(missing = 1) = FALSE",
                "b BETWEEN missing AND missing"
            })
    void keepsWhatIsUnknownUnknown(String selector) {
        assertUnknown(selector);
    }

    /** 3.8.1.2, tables 3-4, 3-5 and 3-6; missing is U. */
    @ParameterizedTest
    @CsvSource({
        "TRUE,TRUE,T,T",
        "TRUE,FALSE,F,T",
        "TRUE,missing,U,T",
        "FALSE,TRUE,F,T",
        "FALSE,FALSE,F,F",
        "FALSE,missing,F,U",
        "missing,TRUE,U,T",
        "missing,FALSE,F,U",
        "missing,missing,U,U"
    })
    void followsTheTablesOfLogic(String left, String right, char and, char or) {
        assertValue(and, left + " AND " + right);
        assertValue(or, left + " OR " + right);
    }

    private static void assertValue(char value, String selector) {
        switch (value) {
            case 'T' -> assertTruth(selector);
            case 'F' -> assertFalsehood(selector);
            default -> assertUnknown(selector);
        }
    }

    /** "Logical operators in precedence order: NOT, AND, OR". */
    @Test
    void bindsNotBeforeAndBeforeOr() {
        assertFalsehood("NOT yes AND no");
        assertTruth("yes OR yes AND no");
        assertTruth("NOT (yes AND no)");
        assertFalsehood("(yes OR yes) AND no");
        assertTruth("NOT NOT yes");
        assertTruth("NOT b > 9");
        assertTruth("b BETWEEN 1 AND 9 AND color = 'blue'");
    }

    /** "Whitespace is the same as that defined for Java". */
    @Test
    void skipsWhitespaceOfJava() {
        assertTruth("\t color\f=\r\n\n'blue' ");
        assertTruth("color='blue'AND(b>1)");
    }

    /** A date is a long (3.8.1.3), and nothing is converted on the way. */
    @Test
    void comparesTimesAsNumbers() {
        assertTruth("JMSTimestamp = 1700000000000");
        assertTruth("JMSTimestamp / 1000 = 1700000000");
    }
}
