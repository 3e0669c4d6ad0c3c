package io.millrace.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.millrace.selector.Expression.Relation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Selectors at random: printing, the laws of logic, and text that means no good. */
class SelectorPropertiesTest {

    private static final List<String> NAMES = List.of("a", "b", "c", "JMSType", "größe");

    private static final List<String> TOKENS =
            List.of(
                    "a",
                    "b",
                    "'x'",
                    "'",
                    "''",
                    "1",
                    "0x",
                    "1.5e3",
                    "9223372036854775808",
                    "(",
                    ")",
                    "(",
                    ")",
                    "AND",
                    "or",
                    "NOT",
                    "BETWEEN",
                    "IN",
                    "LIKE",
                    "ESCAPE",
                    "IS",
                    "NULL",
                    "TRUE",
                    "=",
                    "<>",
                    "<",
                    ">=",
                    "+",
                    "-",
                    "*",
                    "/",
                    ",",
                    "%",
                    "\uD83D",
                    "JMSReplyTo",
                    "\u0000",
                    "é",
                    "-- ",
                    "1e",
                    ".",
                    "'%_' ESCAPE '%'");

    @Property(tries = 2_000)
    void whatIsPrintedReadsBackTheSame(@ForAll("conditions") Expression expression) {
        String text = expression.toString();
        assertEquals(expression, Selector.parse(text).expression(), text);
    }

    @Property(tries = 2_000)
    void evaluatesAsTheNaiveEvaluatorDoes(
            @ForAll("conditions") Expression expression,
            @ForAll("messages") Map<String, Object> message) {
        Boolean expected = new NaiveEvaluator(message).condition(expression);
        assertEquals(expected, valueOf(expression, message), expression::toString);
    }

    /** Jakarta Messaging 3.1, 3.8.1.2: De Morgan holds with three values as well. */
    @Property(tries = 500)
    void keepsTheLawsOfLogic(
            @ForAll("conditions") Expression first,
            @ForAll("conditions") Expression second,
            @ForAll("messages") Map<String, Object> message) {
        Expression and = new Expression.And(List.of(first, second));
        Expression or =
                new Expression.Not(
                        new Expression.Or(
                                List.of(new Expression.Not(first), new Expression.Not(second))));
        assertEquals(valueOf(and, message), valueOf(or, message));
        Expression swapped = new Expression.And(List.of(second, first));
        assertEquals(valueOf(and, message), valueOf(swapped, message));
        Expression twice = new Expression.Not(new Expression.Not(first));
        assertEquals(valueOf(first, message), valueOf(twice, message));
    }

    @Property(tries = 3_000)
    void randomTokensAreRefusedOrRead(@ForAll("tokens") String text) {
        parses(text);
    }

    @Property(tries = 3_000)
    void randomTextIsRefusedOrRead(@ForAll String text) {
        parses(text);
    }

    /** A selector with some characters changed comes closest to being one. */
    @Property(tries = 3_000)
    void damagedSelectorsAreRefusedOrRead(
            @ForAll("conditions") Expression expression,
            @ForAll("tokens") String rubbish,
            @ForAll int where) {
        String text = expression.toString();
        int at = Math.floorMod(where, text.length());
        parses(text.substring(0, at) + rubbish + text.substring(Math.min(text.length(), at + 1)));
    }

    /** Any other exception fails the test. */
    private static void parses(String text) {
        try {
            Selector selector = Selector.parse(text);
            assertNotNull(selector.expression());
            selector.matches(name -> null);
        } catch (SelectorSyntaxException e) {
            assertEquals(true, e.offset() >= 0 && e.offset() <= text.length(), e.getMessage());
            assertEquals(true, e.line() >= 1 && e.column() >= 1, e.getMessage());
        }
    }

    private static @Nullable Boolean valueOf(Expression expression, Map<String, Object> message) {
        int value = Compiler.compile(expression).evaluate(message::get);
        return value == Truth.UNKNOWN ? null : (Boolean) (value == Truth.TRUE);
    }

    @Provide
    Arbitrary<String> tokens() {
        return Arbitraries.of(TOKENS)
                .list()
                .ofMaxSize(20)
                .flatMap(
                        tokens ->
                                Arbitraries.of("", " ", "\n")
                                        .map(space -> String.join(space, tokens)));
    }

    @Provide
    Arbitrary<Map<String, Object>> messages() {
        Arbitrary<Object> values =
                Arbitraries.oneOf(
                        Arbitraries.of("x", "", "a'b", "1").map(Object.class::cast),
                        Arbitraries.of(true, false).map(Object.class::cast),
                        Arbitraries.integers().between(-3, 3).map(Object.class::cast),
                        Arbitraries.of((byte) 1, (short) 2, 3L, Long.MAX_VALUE, Integer.MIN_VALUE)
                                .map(Object.class::cast),
                        Arbitraries.of(0.5, 1.0, Double.NaN, 1.5f, -0.0f).map(Object.class::cast));
        return Arbitraries.maps(Arbitraries.of(NAMES), values)
                .ofMaxSize(NAMES.size())
                .map(HashMap::new);
    }

    private static Arbitrary<Expression.Identifier> identifiers() {
        return Arbitraries.of(NAMES).map(Expression.Identifier::new);
    }

    private static Arbitrary<String> strings() {
        return Arbitraries.of("x", "", "a'b", "''", "%", "_", "a_%b", "é\n", "1");
    }

    private static Arbitrary<Expression> numbers(int depth) {
        Arbitrary<Expression> leaf =
                Arbitraries.oneOf(
                        identifiers().map(Expression.class::cast),
                        Arbitraries.integers().map(Expression.NumberLiteral::new),
                        Arbitraries.of(0, 1, -1, 2, 3).map(Expression.NumberLiteral::new),
                        Arbitraries.longs().map(Expression.NumberLiteral::new),
                        Arbitraries.of(0.0, -0.0, 1.5, 1e300, Double.MIN_VALUE)
                                .map(Expression.NumberLiteral::new),
                        Arbitraries.of(0.5f, -3e30f, Float.MIN_VALUE)
                                .map(Expression.NumberLiteral::new));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<Expression> inner = Arbitraries.lazy(() -> numbers(depth - 1));
        return Arbitraries.oneOf(
                leaf,
                Combinators.combine(Arbitraries.of(true, false), inner).as(Expression.Signed::new),
                Combinators.combine(Arbitraries.of(Expression.Operation.values()), inner, inner)
                        .as(Expression.Arithmetic::new));
    }

    @Provide
    Arbitrary<Expression> conditions() {
        return conditions(3);
    }

    private static Arbitrary<Expression> conditions(int depth) {
        Arbitrary<Boolean> negated = Arbitraries.of(true, false);
        Arbitrary<Expression> text = strings().map(Expression.TextLiteral::new);
        Arbitrary<Expression> name = identifiers().map(Expression.class::cast);
        Arbitrary<Expression> leaf =
                Arbitraries.oneOf(
                        name,
                        negated.map(Expression.BooleanLiteral::new),
                        Combinators.combine(
                                        Arbitraries.of(Relation.values()), numbers(2), numbers(1))
                                .as(Expression.Comparison::new),
                        Combinators.combine(
                                        Arbitraries.of(Relation.EQUAL, Relation.NOT_EQUAL),
                                        Arbitraries.oneOf(text, name),
                                        Arbitraries.oneOf(text, name))
                                .as(Expression.Comparison::new),
                        Combinators.combine(numbers(1), numbers(1), numbers(1), negated)
                                .as(Expression.Between::new),
                        Combinators.combine(
                                        identifiers(),
                                        strings().list().ofMinSize(1).ofMaxSize(3),
                                        negated)
                                .as(Expression.In::new),
                        Combinators.combine(
                                        identifiers(),
                                        strings(),
                                        Arbitraries.of("!", "'", "\uD83D\uDE00").injectNull(0.5),
                                        negated)
                                .as(Expression.Like::new),
                        Combinators.combine(identifiers(), negated).as(Expression.IsNull::new));
        if (depth == 0) {
            return leaf.filter(SelectorPropertiesTest::isLikeAllowed);
        }
        Arbitrary<Expression> inner = Arbitraries.lazy(() -> conditions(depth - 1));
        Arbitrary<List<Expression>> several = inner.list().ofMinSize(2).ofMaxSize(3);
        return Arbitraries.oneOf(
                leaf.filter(SelectorPropertiesTest::isLikeAllowed),
                inner.map(Expression.Not::new),
                several.map(Expression.And::new),
                several.map(Expression.Or::new),
                Combinators.combine(
                                Arbitraries.of(Relation.EQUAL, Relation.NOT_EQUAL), inner, inner)
                        .as(Expression.Comparison::new));
    }

    /** A pattern must not end in its escape character. */
    private static boolean isLikeAllowed(Expression expression) {
        return !(expression instanceof Expression.Like like
                && like.escape() != null
                && LikePattern.endsInEscape(like.pattern(), like.escape()));
    }
}
