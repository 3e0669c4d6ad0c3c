package io.millrace.selector;

import org.jspecify.annotations.Nullable;

/**
 * A part of a compiled selector that has a value.
 *
 * <p>The value is left in fields, so that arithmetic allocates nothing. Hence one thread at a time.
 */
abstract class Operand {

    // Types of values. The numbers stand in the order of Java's numeric promotion (JLS 5.6).
    static final int NULL = 0;
    static final int BOOLEAN = 1;
    static final int TEXT = 2;

    /** Not null, and of no use: what arithmetic makes of strings and booleans. */
    static final int UNLIKE = 3;

    static final int INT = 4;
    static final int LONG = 5;
    static final int FLOAT = 6;
    static final int DOUBLE = 7;

    /** Of INT and LONG; of BOOLEAN as 0 or 1. */
    long integer;

    /** Of FLOAT and DOUBLE. */
    double real;

    /** Of TEXT. */
    String text = "";

    /** Computes the value, leaves it in the fields, and returns its type. */
    abstract int evaluate(Attributes attributes);

    final double asDouble(int type) {
        return type >= FLOAT ? real : integer;
    }

    final float asFloat(int type) {
        return type >= FLOAT ? (float) real : integer;
    }

    final int set(@Nullable Object value) {
        if (value == null) {
            return NULL;
        }
        if (value instanceof String string) {
            text = string;
            return TEXT;
        }
        if (value instanceof Long number) {
            integer = number;
            return LONG;
        }
        if (value instanceof Double number) {
            real = number;
            return DOUBLE;
        }
        if (value instanceof Float number) {
            real = number;
            return FLOAT;
        }
        if (value instanceof Boolean flag) {
            integer = flag ? 1 : 0;
            return BOOLEAN;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            integer = ((Number) value).intValue();
            return INT;
        }
        return UNLIKE;
    }

    /** Jakarta Messaging 3.1, 3.8.1.1: null makes it unknown, types that differ make it false. */
    static int compare(
            Expression.Relation relation,
            Operand left,
            int leftType,
            Operand right,
            int rightType) {
        if (leftType == NULL || rightType == NULL) {
            return Truth.UNKNOWN;
        }
        if (leftType >= INT && rightType >= INT) {
            return Truth.of(compareNumbers(relation, left, leftType, right, rightType));
        }
        if (leftType != rightType || leftType == UNLIKE || relation.isOrder()) {
            return Truth.FALSE;
        }
        boolean same =
                leftType == TEXT ? left.text.equals(right.text) : left.integer == right.integer;
        return Truth.of(same == (relation == Expression.Relation.EQUAL));
    }

    private static boolean compareNumbers(
            Expression.Relation relation,
            Operand left,
            int leftType,
            Operand right,
            int rightType) {
        int type = Math.max(leftType, rightType);
        if (type <= LONG) {
            return holds(relation, Long.compare(left.integer, right.integer));
        }
        // A float is exactly a double, so one comparison serves both once both sides are promoted.
        double first = type == FLOAT ? left.asFloat(leftType) : left.asDouble(leftType);
        double second = type == FLOAT ? right.asFloat(rightType) : right.asDouble(rightType);
        if (first < second) {
            return holds(relation, -1);
        }
        if (first > second) {
            return holds(relation, 1);
        }
        // Neither smaller nor greater nor equal: not a number, of which only <> is true.
        return first == second ? holds(relation, 0) : relation == Expression.Relation.NOT_EQUAL;
    }

    private static boolean holds(Expression.Relation relation, int order) {
        return switch (relation) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
        };
    }

    /** A property or header. */
    static final class Named extends Operand {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        int evaluate(Attributes attributes) {
            return set(attributes.get(name));
        }
    }

    /** A literal. */
    static final class Fixed extends Operand {
        private final int type;

        Fixed(Object value) {
            type = set(value);
        }

        @Override
        int evaluate(Attributes attributes) {
            return type;
        }
    }

    /** A condition in brackets, compared with another. */
    static final class Answer extends Operand {
        private final Condition condition;

        Answer(Condition condition) {
            this.condition = condition;
        }

        @Override
        int evaluate(Attributes attributes) {
            int truth = condition.evaluate(attributes);
            integer = truth == Truth.TRUE ? 1 : 0;
            return truth == Truth.UNKNOWN ? NULL : BOOLEAN;
        }
    }

    /** A sign. Java promotes to int at least (JLS 5.6.1). */
    static final class Sign extends Operand {
        private final boolean negative;
        private final Operand operand;

        Sign(boolean negative, Operand operand) {
            this.negative = negative;
            this.operand = operand;
        }

        @Override
        int evaluate(Attributes attributes) {
            int type = operand.evaluate(attributes);
            if (type < INT) {
                return type == NULL ? NULL : UNLIKE;
            }
            long signed = negative ? -operand.integer : operand.integer;
            integer = type == INT ? (int) signed : signed;
            real = negative ? -operand.real : operand.real;
            return type;
        }
    }

    /** Two numbers make a third, as Java computes it. Division of integers by zero: unknown. */
    static final class Computed extends Operand {
        private final Expression.Operation operation;
        private final Operand left;
        private final Operand right;

        Computed(Expression.Operation operation, Operand left, Operand right) {
            this.operation = operation;
            this.left = left;
            this.right = right;
        }

        @Override
        int evaluate(Attributes attributes) {
            int leftType = left.evaluate(attributes);
            int rightType = right.evaluate(attributes);
            if (leftType == NULL || rightType == NULL) {
                return NULL;
            }
            if (leftType < INT || rightType < INT) {
                return UNLIKE;
            }
            int type = Math.max(leftType, rightType);
            switch (type) {
                case FLOAT -> real = compute(left.asFloat(leftType), right.asFloat(rightType));
                case DOUBLE -> real = compute(left.asDouble(leftType), right.asDouble(rightType));
                default -> {
                    if (right.integer == 0 && operation == Expression.Operation.DIVIDE) {
                        return NULL;
                    }
                    long result = compute(left.integer, right.integer);
                    integer = type == INT ? (int) result : result;
                }
            }
            return type;
        }

        private long compute(long first, long second) {
            return switch (operation) {
                case ADD -> first + second;
                case SUBTRACT -> first - second;
                case MULTIPLY -> first * second;
                case DIVIDE -> first / second;
            };
        }

        private float compute(float first, float second) {
            return switch (operation) {
                case ADD -> first + second;
                case SUBTRACT -> first - second;
                case MULTIPLY -> first * second;
                case DIVIDE -> first / second;
            };
        }

        private double compute(double first, double second) {
            return switch (operation) {
                case ADD -> first + second;
                case SUBTRACT -> first - second;
                case MULTIPLY -> first * second;
                case DIVIDE -> first / second;
            };
        }
    }
}
