package io.millrace.selector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The abstract syntax of a selector.
 *
 * <p>{@link #toString} gives a selector that parses to the same expression. Immutable.
 */
public sealed interface Expression {

    <R> R dispatch(Handler<R> handler);

    /** One method for each kind of expression. */
    interface Handler<R> {
        R identifier(Identifier expression);

        R text(TextLiteral expression);

        R bool(BooleanLiteral expression);

        R number(NumberLiteral expression);

        R signed(Signed expression);

        R arithmetic(Arithmetic expression);

        R comparison(Comparison expression);

        R between(Between expression);

        R in(In expression);

        R like(Like expression);

        R isNull(IsNull expression);

        R not(Not expression);

        R and(And expression);

        R or(Or expression);
    }

    /** A property or a header; its type is known only when a message is looked at. */
    record Identifier(String name) implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.identifier(this);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A string, without its quotes. */
    record TextLiteral(String value) implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.text(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** TRUE or FALSE. */
    record BooleanLiteral(boolean value) implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.bool(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** A number with its sign: an Integer, Long, Float or Double. */
    record NumberLiteral(Number value) implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.number(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** A sign before anything but a literal. */
    record Signed(boolean negative, Expression operand) implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.signed(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** Two numbers make a third. */
    record Arithmetic(Operation operation, Expression left, Expression right)
            implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.arithmetic(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** What {@link Arithmetic} does. */
    enum Operation {
        ADD("+"),
        SUBTRACT("-"),
        MULTIPLY("*"),
        DIVIDE("/");

        private final String symbol;

        Operation(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }

        /** Whether it binds like a multiplication. */
        boolean isProduct() {
            return this == MULTIPLY || this == DIVIDE;
        }
    }

    /** Two values compared. */
    record Comparison(Relation relation, Expression left, Expression right) implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.comparison(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** What {@link Comparison} asks. */
    enum Relation {
        EQUAL("="),
        NOT_EQUAL("<>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        private final String symbol;

        Relation(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }

        /** Whether it needs an order: strings and booleans have none (3.8.1.1). */
        boolean isOrder() {
            return this != EQUAL && this != NOT_EQUAL;
        }
    }

    /** {@code value [NOT] BETWEEN low AND high}; all three are numbers. */
    record Between(Expression value, Expression low, Expression high, boolean negated)
            implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.between(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** {@code identifier [NOT] IN ('a', 'b')}. */
    record In(Identifier identifier, List<String> values, boolean negated) implements Expression {

        public In {
            values = List.copyOf(values);
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.in(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /**
     * {@code identifier [NOT] LIKE 'pattern' [ESCAPE 'c']}.
     *
     * @param escape one character (one code point); null for none
     */
    record Like(Identifier identifier, String pattern, @Nullable String escape, boolean negated)
            implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.like(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** {@code identifier IS [NOT] NULL}. */
    record IsNull(Identifier identifier, boolean negated) implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.isNull(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** True for false, and unknown for unknown. */
    record Not(Expression operand) implements Expression {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.not(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** Two or more conditions, evaluated from left to right. */
    record And(List<Expression> operands) implements Expression {

        public And {
            operands = List.copyOf(operands);
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.and(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }

    /** Two or more conditions, evaluated from left to right. */
    record Or(List<Expression> operands) implements Expression {

        public Or {
            operands = List.copyOf(operands);
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.or(this);
        }

        @Override
        public String toString() {
            return ExpressionPrinter.print(this);
        }
    }
}
