package io.millrace.selector;

import java.util.List;
import java.util.Set;

/** Turns an expression into a tree of conditions, each evaluated without allocating. */
final class Compiler implements Expression.Handler<Condition> {

    private static final Compiler CONDITIONS = new Compiler();
    private static final Operands OPERANDS = new Operands();

    private Compiler() {}

    static Condition compile(Expression expression) {
        return expression.dispatch(CONDITIONS);
    }

    private static Operand operand(Expression expression) {
        return expression.dispatch(OPERANDS);
    }

    private static Condition[] all(List<Expression> operands) {
        return operands.stream().map(Compiler::compile).toArray(Condition[]::new);
    }

    @Override
    public Condition identifier(Expression.Identifier expression) {
        return new Condition.Flag(operand(expression));
    }

    @Override
    public Condition bool(Expression.BooleanLiteral expression) {
        return new Condition.Constant(Truth.of(expression.value()));
    }

    @Override
    public Condition comparison(Expression.Comparison expression) {
        return new Condition.Compared(
                expression.relation(), operand(expression.left()), operand(expression.right()));
    }

    @Override
    public Condition between(Expression.Between expression) {
        return new Condition.Within(
                operand(expression.value()),
                operand(expression.low()),
                operand(expression.high()),
                expression.negated());
    }

    @Override
    public Condition in(Expression.In expression) {
        return new Condition.OneOf(
                expression.identifier().name(),
                Set.copyOf(expression.values()),
                expression.negated());
    }

    @Override
    public Condition like(Expression.Like expression) {
        return new Condition.Alike(
                expression.identifier().name(),
                new LikePattern(expression.pattern(), expression.escape()),
                expression.negated());
    }

    @Override
    public Condition isNull(Expression.IsNull expression) {
        return new Condition.Missing(expression.identifier().name(), expression.negated());
    }

    @Override
    public Condition not(Expression.Not expression) {
        return new Condition.Opposite(compile(expression.operand()));
    }

    @Override
    public Condition and(Expression.And expression) {
        return new Condition.All(all(expression.operands()));
    }

    @Override
    public Condition or(Expression.Or expression) {
        return new Condition.Any(all(expression.operands()));
    }

    @Override
    public Condition text(Expression.TextLiteral expression) {
        throw notACondition(expression);
    }

    @Override
    public Condition number(Expression.NumberLiteral expression) {
        throw notACondition(expression);
    }

    @Override
    public Condition signed(Expression.Signed expression) {
        throw notACondition(expression);
    }

    @Override
    public Condition arithmetic(Expression.Arithmetic expression) {
        throw notACondition(expression);
    }

    private static IllegalArgumentException notACondition(Expression expression) {
        return new IllegalArgumentException(
                "Expected a condition, but the expression has another value: " + expression);
    }

    /** Turns expressions with a value into operands; conditions are values too. */
    private static final class Operands implements Expression.Handler<Operand> {

        @Override
        public Operand identifier(Expression.Identifier expression) {
            return new Operand.Named(expression.name());
        }

        @Override
        public Operand text(Expression.TextLiteral expression) {
            return new Operand.Fixed(expression.value());
        }

        @Override
        public Operand bool(Expression.BooleanLiteral expression) {
            return new Operand.Fixed(expression.value());
        }

        @Override
        public Operand number(Expression.NumberLiteral expression) {
            return new Operand.Fixed(expression.value());
        }

        @Override
        public Operand signed(Expression.Signed expression) {
            return new Operand.Sign(expression.negative(), operand(expression.operand()));
        }

        @Override
        public Operand arithmetic(Expression.Arithmetic expression) {
            return new Operand.Computed(
                    expression.operation(),
                    operand(expression.left()),
                    operand(expression.right()));
        }

        @Override
        public Operand comparison(Expression.Comparison expression) {
            return answer(expression);
        }

        @Override
        public Operand between(Expression.Between expression) {
            return answer(expression);
        }

        @Override
        public Operand in(Expression.In expression) {
            return answer(expression);
        }

        @Override
        public Operand like(Expression.Like expression) {
            return answer(expression);
        }

        @Override
        public Operand isNull(Expression.IsNull expression) {
            return answer(expression);
        }

        @Override
        public Operand not(Expression.Not expression) {
            return answer(expression);
        }

        @Override
        public Operand and(Expression.And expression) {
            return answer(expression);
        }

        @Override
        public Operand or(Expression.Or expression) {
            return answer(expression);
        }

        private static Operand answer(Expression expression) {
            return new Operand.Answer(compile(expression));
        }
    }
}
