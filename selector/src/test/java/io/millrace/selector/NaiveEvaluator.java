package io.millrace.selector;

import io.millrace.selector.Expression.Relation;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of 3.8.1 as simply as can be written: null for unknown, boxed numbers, regular
 * expressions, and no sharing with the compiler.
 */
final class NaiveEvaluator {

    /** The value of arithmetic on what is no number. */
    private static final Object UNLIKE = new Object();

    private final Map<String, Object> message;

    NaiveEvaluator(Map<String, Object> message) {
        this.message = message;
    }

    @Nullable Boolean condition(Expression expression) {
        if (expression instanceof Expression.And and) {
            Boolean result = true;
            for (Expression operand : and.operands()) {
                result = and(result, condition(operand));
            }
            return result;
        }
        if (expression instanceof Expression.Or or) {
            Boolean result = false;
            for (Expression operand : or.operands()) {
                result = not(and(not(result), not(condition(operand))));
            }
            return result;
        }
        if (expression instanceof Expression.Not not) {
            return not(condition(not.operand()));
        }
        if (expression instanceof Expression.Comparison comparison) {
            return compare(
                    comparison.relation(), value(comparison.left()), value(comparison.right()));
        }
        if (expression instanceof Expression.Between between) {
            return between(between);
        }
        if (expression instanceof Expression.In in) {
            Object value = value(in.identifier());
            return value instanceof String ? in.values().contains(value) != in.negated() : null;
        }
        if (expression instanceof Expression.Like like) {
            Object value = value(like.identifier());
            return value instanceof String text
                    ? regex(like).matcher(text).matches() != like.negated()
                    : null;
        }
        if (expression instanceof Expression.IsNull isNull) {
            return (value(isNull.identifier()) == null) != isNull.negated();
        }
        return value(expression) instanceof Boolean flag ? flag : null;
    }

    private @Nullable Boolean between(Expression.Between between) {
        Object value = value(between.value());
        Object low = value(between.low());
        Object high = value(between.high());
        if (between.negated()) {
            Boolean below = compare(Relation.LESS, value, low);
            Boolean above = compare(Relation.GREATER, value, high);
            return not(and(not(below), not(above)));
        }
        return and(
                compare(Relation.GREATER_OR_EQUAL, value, low),
                compare(Relation.LESS_OR_EQUAL, value, high));
    }

    private static @Nullable Boolean and(@Nullable Boolean left, @Nullable Boolean right) {
        if (Boolean.FALSE.equals(left) || Boolean.FALSE.equals(right)) {
            return false;
        }
        return left == null || right == null ? null : (Boolean) true;
    }

    private static @Nullable Boolean not(@Nullable Boolean value) {
        return value == null ? null : (Boolean) !value;
    }

    private static @Nullable Boolean compare(
            Relation relation, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return null;
        }
        if (left instanceof Number first && right instanceof Number second) {
            return compareNumbers(relation, first, second);
        }
        boolean comparable =
                left instanceof String && right instanceof String
                        || left instanceof Boolean && right instanceof Boolean;
        return switch (relation) {
            case EQUAL -> comparable && left.equals(right);
            case NOT_EQUAL -> comparable && !left.equals(right);
            default -> false;
        };
    }

    private static boolean compareNumbers(Relation relation, Number left, Number right) {
        if (left instanceof Double || right instanceof Double) {
            return holds(relation, left.doubleValue(), right.doubleValue());
        }
        if (left instanceof Float || right instanceof Float) {
            return holds(relation, left.floatValue(), right.floatValue());
        }
        int order = Long.compare(left.longValue(), right.longValue());
        return holds(relation, order, 0);
    }

    private static boolean holds(Relation relation, double left, double right) {
        return switch (relation) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
        };
    }

    private @Nullable Object value(Expression expression) {
        if (expression instanceof Expression.Identifier identifier) {
            return message.get(identifier.name());
        }
        if (expression instanceof Expression.TextLiteral text) {
            return text.value();
        }
        if (expression instanceof Expression.NumberLiteral number) {
            return number.value();
        }
        if (expression instanceof Expression.BooleanLiteral bool) {
            return bool.value();
        }
        if (expression instanceof Expression.Signed signed) {
            int factor = signed.negative() ? -1 : 1;
            return compute(Expression.Operation.MULTIPLY, factor, value(signed.operand()));
        }
        if (expression instanceof Expression.Arithmetic arithmetic) {
            return compute(
                    arithmetic.operation(), value(arithmetic.left()), value(arithmetic.right()));
        }
        return condition(expression);
    }

    private static @Nullable Object compute(
            Expression.Operation operation, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return null;
        }
        if (!(left instanceof Number first && right instanceof Number second)) {
            return UNLIKE;
        }
        if (first instanceof Double || second instanceof Double) {
            double x = first.doubleValue();
            double y = second.doubleValue();
            return switch (operation) {
                case ADD -> x + y;
                case SUBTRACT -> x - y;
                case MULTIPLY -> x * y;
                case DIVIDE -> x / y;
            };
        }
        if (first instanceof Float || second instanceof Float) {
            float x = first.floatValue();
            float y = second.floatValue();
            return switch (operation) {
                case ADD -> x + y;
                case SUBTRACT -> x - y;
                case MULTIPLY -> x * y;
                case DIVIDE -> x / y;
            };
        }
        return computeExact(operation, first, second);
    }

    private static @Nullable Object computeExact(
            Expression.Operation operation, Number first, Number second) {
        long x = first.longValue();
        long y = second.longValue();
        if (operation == Expression.Operation.DIVIDE && y == 0) {
            return null;
        }
        long result =
                switch (operation) {
                    case ADD -> x + y;
                    case SUBTRACT -> x - y;
                    case MULTIPLY -> x * y;
                    case DIVIDE -> x / y;
                };
        boolean wide = first instanceof Long || second instanceof Long;
        return wide ? (Object) result : (Object) (int) result;
    }

    private static Pattern regex(Expression.Like like) {
        StringBuilder regex = new StringBuilder();
        String escape = like.escape();
        for (int index = 0; index < like.pattern().length(); ) {
            String point =
                    like.pattern().substring(index, like.pattern().offsetByCodePoints(index, 1));
            index += point.length();
            if (point.equals(escape)) {
                int next = like.pattern().offsetByCodePoints(index, 1);
                regex.append(Pattern.quote(like.pattern().substring(index, next)));
                index = next;
            } else if (point.equals("%")) {
                regex.append(".*");
            } else if (point.equals("_")) {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(point));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
