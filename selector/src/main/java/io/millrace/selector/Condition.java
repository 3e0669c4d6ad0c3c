package io.millrace.selector;

import java.util.Set;

/** A part of a compiled selector that is true, false or unknown. */
interface Condition {

    /** One of the values of {@link Truth}. */
    int evaluate(Attributes attributes);

    /** All of several: stops at the first that is false. */
    record All(Condition[] operands) implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            int result = Truth.TRUE;
            for (Condition operand : operands) {
                result = Math.min(result, operand.evaluate(attributes));
                if (result == Truth.FALSE) {
                    break;
                }
            }
            return result;
        }
    }

    /** Any of several: stops at the first that is true. */
    record Any(Condition[] operands) implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            int result = Truth.FALSE;
            for (Condition operand : operands) {
                result = Math.max(result, operand.evaluate(attributes));
                if (result == Truth.TRUE) {
                    break;
                }
            }
            return result;
        }
    }

    /** The opposite, if it is known. */
    record Opposite(Condition operand) implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            return Truth.not(operand.evaluate(attributes));
        }
    }

    /** TRUE and FALSE. */
    record Constant(int value) implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            return value;
        }
    }

    /**
     * A property as a condition. Without a boolean in it there is neither a truth nor its opposite:
     * unknown.
     */
    record Flag(Operand operand) implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            return operand.evaluate(attributes) == Operand.BOOLEAN
                    ? Truth.of(operand.integer != 0)
                    : Truth.UNKNOWN;
        }
    }

    /** A comparison of two values. */
    record Compared(Expression.Relation relation, Operand left, Operand right)
            implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            return Operand.compare(
                    relation, left, left.evaluate(attributes), right, right.evaluate(attributes));
        }
    }

    /**
     * {@code value >= low AND value <= high}, or {@code value < low OR value > high}: with a value
     * of another type both are false (Jakarta Messaging 3.1, 3.8.1.1).
     */
    record Within(Operand value, Operand low, Operand high, boolean negated) implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            int valueType = value.evaluate(attributes);
            int lowType = low.evaluate(attributes);
            int highType = high.evaluate(attributes);
            if (negated) {
                return Math.max(
                        Operand.compare(Expression.Relation.LESS, value, valueType, low, lowType),
                        Operand.compare(
                                Expression.Relation.GREATER, value, valueType, high, highType));
            }
            return Math.min(
                    Operand.compare(
                            Expression.Relation.GREATER_OR_EQUAL, value, valueType, low, lowType),
                    Operand.compare(
                            Expression.Relation.LESS_OR_EQUAL, value, valueType, high, highType));
        }
    }

    /** One of several strings. What is no string is neither in nor not in: unknown. */
    record OneOf(String name, Set<String> values, boolean negated) implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            return attributes.get(name) instanceof String text
                    ? Truth.of(values.contains(text) != negated)
                    : Truth.UNKNOWN;
        }
    }

    /** Matches a pattern. What is no string is neither like it nor unlike it: unknown. */
    record Alike(String name, LikePattern pattern, boolean negated) implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            return attributes.get(name) instanceof String text
                    ? Truth.of(pattern.matches(text) != negated)
                    : Truth.UNKNOWN;
        }
    }

    /** Whether there is no value. Never unknown. */
    record Missing(String name, boolean negated) implements Condition {
        @Override
        public int evaluate(Attributes attributes) {
            return Truth.of((attributes.get(name) == null) != negated);
        }
    }
}
