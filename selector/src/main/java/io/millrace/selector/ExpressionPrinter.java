package io.millrace.selector;

import io.millrace.selector.Expression.Handler;
import java.util.List;

/** Writes an expression as a selector, with brackets only where they are needed. */
final class ExpressionPrinter implements Handler<Integer> {

    // How tightly a form binds: what binds less than its place asks for gets brackets.
    private static final int OR = 0;
    private static final int AND = 1;
    private static final int NOT = 2;
    private static final int COMPARISON = 3;
    private static final int SUM = 4;
    private static final int PRODUCT = 5;
    private static final int SIGN = 6;
    private static final int PRIMARY = 7;

    private final StringBuilder to = new StringBuilder();

    private ExpressionPrinter() {}

    static String print(Expression expression) {
        ExpressionPrinter printer = new ExpressionPrinter();
        expression.dispatch(printer);
        return printer.to.toString();
    }

    private void print(Expression expression, int atLeast) {
        int start = to.length();
        int binding = expression.dispatch(this);
        if (binding < atLeast) {
            to.insert(start, '(').append(')');
        }
    }

    @Override
    public Integer identifier(Expression.Identifier expression) {
        to.append(expression.name());
        return PRIMARY;
    }

    @Override
    public Integer text(Expression.TextLiteral expression) {
        quote(expression.value());
        return PRIMARY;
    }

    @Override
    public Integer bool(Expression.BooleanLiteral expression) {
        to.append(expression.value() ? "TRUE" : "FALSE");
        return PRIMARY;
    }

    @Override
    public Integer number(Expression.NumberLiteral expression) {
        Number value = expression.value();
        to.append(value);
        if (value instanceof Long) {
            to.append('L');
        } else if (value instanceof Float) {
            to.append('f');
        }
        return SIGN;
    }

    @Override
    public Integer signed(Expression.Signed expression) {
        to.append(expression.negative() ? '-' : '+');
        // A sign right before a number would become part of it.
        boolean number = expression.operand() instanceof Expression.NumberLiteral;
        print(expression.operand(), number ? PRIMARY : SIGN);
        return SIGN;
    }

    @Override
    public Integer arithmetic(Expression.Arithmetic expression) {
        int binding = expression.operation().isProduct() ? PRODUCT : SUM;
        print(expression.left(), binding);
        to.append(' ').append(expression.operation().symbol()).append(' ');
        print(expression.right(), binding + 1);
        return binding;
    }

    @Override
    public Integer comparison(Expression.Comparison expression) {
        print(expression.left(), SUM);
        to.append(' ').append(expression.relation().symbol()).append(' ');
        print(expression.right(), SUM);
        return COMPARISON;
    }

    @Override
    public Integer between(Expression.Between expression) {
        print(expression.value(), SUM);
        to.append(expression.negated() ? " NOT BETWEEN " : " BETWEEN ");
        print(expression.low(), SUM);
        to.append(" AND ");
        print(expression.high(), SUM);
        return COMPARISON;
    }

    @Override
    public Integer in(Expression.In expression) {
        to.append(expression.identifier().name());
        String separator = expression.negated() ? " NOT IN (" : " IN (";
        for (String value : expression.values()) {
            to.append(separator);
            quote(value);
            separator = ", ";
        }
        to.append(')');
        return COMPARISON;
    }

    @Override
    public Integer like(Expression.Like expression) {
        to.append(expression.identifier().name())
                .append(expression.negated() ? " NOT LIKE " : " LIKE ");
        quote(expression.pattern());
        String escape = expression.escape();
        if (escape != null) {
            to.append(" ESCAPE ");
            quote(escape);
        }
        return COMPARISON;
    }

    @Override
    public Integer isNull(Expression.IsNull expression) {
        to.append(expression.identifier().name())
                .append(expression.negated() ? " IS NOT NULL" : " IS NULL");
        return COMPARISON;
    }

    @Override
    public Integer not(Expression.Not expression) {
        to.append("NOT ");
        print(expression.operand(), NOT);
        return NOT;
    }

    @Override
    public Integer and(Expression.And expression) {
        join(expression.operands(), " AND ", NOT);
        return AND;
    }

    @Override
    public Integer or(Expression.Or expression) {
        join(expression.operands(), " OR ", AND);
        return OR;
    }

    private void join(List<Expression> operands, String separator, int atLeast) {
        for (int index = 0; index < operands.size(); index++) {
            to.append(index == 0 ? "" : separator);
            print(operands.get(index), atLeast);
        }
    }

    private void quote(String text) {
        to.append('\'').append(text.replace("'", "''")).append('\'');
    }
}
