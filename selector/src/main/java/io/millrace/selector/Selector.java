package io.millrace.selector;

/**
 * A message selector (Jakarta Messaging 3.1, 3.8.1), parsed once and then asked for each message.
 *
 * <p>The text is at most {@value #MAX_LENGTH} characters long and its expression at most {@value
 * #MAX_DEPTH} levels deep, so that no text overflows a stack. Where the specification leaves
 * something open: an integer divided by zero is null; a property that is no boolean is unknown as a
 * condition, and one that is no string is unknown to IN and LIKE, so that neither they nor their
 * negations match.
 *
 * <p>One thread at a time: {@link #matches} keeps intermediate values in the compiled tree.
 */
public final class Selector {

    /** Longest text, in UTF-16 units. */
    public static final int MAX_LENGTH = 65_535;

    /** Most levels of an expression, and most brackets that are open at once. */
    public static final int MAX_DEPTH = 200;

    private final String text;
    private final Expression expression;
    private final Condition condition;

    private Selector(String text, Expression expression) {
        this.text = text;
        this.expression = expression;
        this.condition = Compiler.compile(expression);
    }

    /**
     * Reads a selector. The empty text is none (3.8.1.1): that is the caller's to know.
     *
     * @throws SelectorSyntaxException if it is not one; nothing else is thrown for any text
     */
    public static Selector parse(String text) {
        return new Selector(text, ExpressionReader.read(text));
    }

    /** The text that it was read from. */
    public String text() {
        return text;
    }

    public Expression expression() {
        return expression;
    }

    /** Whether it is true for a message; neither false nor unknown is. */
    public boolean matches(Attributes attributes) {
        return condition.evaluate(attributes) == Truth.TRUE;
    }

    @Override
    public String toString() {
        return text;
    }
}
