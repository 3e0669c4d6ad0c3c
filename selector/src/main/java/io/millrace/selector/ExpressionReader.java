package io.millrace.selector;

import io.millrace.selector.Expression.Identifier;
import io.millrace.selector.grammar.SelectorLexer;
import io.millrace.selector.grammar.SelectorParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;

/**
 * Reads a selector's text into an expression, and checks what the grammar leaves open: types where
 * they can be known, names of headers, ranges of numbers, depth.
 */
final class ExpressionReader {

    /** The headers that a selector may name (Jakarta Messaging 3.1, 3.8.1.1). */
    private static final Set<String> HEADERS =
            Set.of(
                    "JMSDeliveryMode",
                    "JMSPriority",
                    "JMSMessageID",
                    "JMSTimestamp",
                    "JMSCorrelationID",
                    "JMSType");

    private final SyntaxErrors errors;

    private ExpressionReader(SyntaxErrors errors) {
        this.errors = errors;
    }

    static Expression read(String text) {
        if (text.length() > Selector.MAX_LENGTH) {
            throw new SelectorSyntaxException(
                    text,
                    Selector.MAX_LENGTH,
                    "the end of the selector, which may have "
                            + Selector.MAX_LENGTH
                            + " characters,",
                    text.length() + " characters");
        }
        SyntaxErrors errors = new SyntaxErrors(text);
        SelectorLexer lexer = new SelectorLexer(CharStreams.fromString(text));
        lexer.removeErrorListeners();
        CommonTokenStream tokens = new CommonTokenStream(lexer);
        tokens.fill();
        limitBrackets(tokens, errors);
        SelectorParser parser = new SelectorParser(tokens);
        parser.removeErrorListeners();
        parser.addErrorListener(errors);
        ExpressionReader reader = new ExpressionReader(errors);
        SelectorParser.ExpressionContext tree = parser.selector().expression();
        Typed whole = reader.expression(tree);
        reader.requireCondition(whole, tree);
        return whole.expression;
    }

    /** Only brackets nest in the parser: counted first, they cannot overflow its stack. */
    private static void limitBrackets(CommonTokenStream tokens, SyntaxErrors errors) {
        int depth = 0;
        for (Token token : tokens.getTokens()) {
            if (token.getType() == SelectorLexer.OPEN && ++depth > Selector.MAX_DEPTH) {
                throw tooDeep(token, errors);
            } else if (token.getType() == SelectorLexer.CLOSE) {
                depth--;
            }
        }
    }

    private static SelectorSyntaxException tooDeep(Token token, SyntaxErrors errors) {
        return errors.at(
                token,
                "an expression of at most " + Selector.MAX_DEPTH + " levels",
                "one more: bracket it differently, or use IN and BETWEEN");
    }

    /** What is known of an expression's type before a message is seen. */
    private enum Type {
        NUMBER("a number"),
        TEXT("a string"),
        CONDITION("a condition"),
        /** An identifier: it depends on the message. */
        ANY("an identifier");

        private final String words;

        Type(String words) {
            this.words = words;
        }

        boolean canBe(Type other) {
            return this == other || this == ANY;
        }
    }

    /** An expression, its type, and how deep it is. */
    private record Typed(Expression expression, Type type, int depth) {}

    private Typed typed(Expression expression, Type type, int depth, ParserRuleContext at) {
        if (depth > Selector.MAX_DEPTH) {
            throw tooDeep(at.getStart(), errors);
        }
        return new Typed(expression, type, depth);
    }

    private Typed expression(SelectorParser.ExpressionContext tree) {
        List<SelectorParser.ConjunctionContext> parts = tree.conjunction();
        if (parts.size() == 1) {
            return conjunction(parts.get(0));
        }
        List<Expression> operands = new ArrayList<>(parts.size());
        int depth = 0;
        for (SelectorParser.ConjunctionContext part : parts) {
            Typed operand = conjunction(part);
            requireCondition(operand, part);
            operands.add(operand.expression);
            depth = Math.max(depth, operand.depth);
        }
        return typed(new Expression.Or(operands), Type.CONDITION, depth + 1, tree);
    }

    private Typed conjunction(SelectorParser.ConjunctionContext tree) {
        List<SelectorParser.NegationContext> parts = tree.negation();
        if (parts.size() == 1) {
            return negation(parts.get(0));
        }
        List<Expression> operands = new ArrayList<>(parts.size());
        int depth = 0;
        for (SelectorParser.NegationContext part : parts) {
            Typed operand = negation(part);
            requireCondition(operand, part);
            operands.add(operand.expression);
            depth = Math.max(depth, operand.depth);
        }
        return typed(new Expression.And(operands), Type.CONDITION, depth + 1, tree);
    }

    private Typed negation(SelectorParser.NegationContext tree) {
        Typed result = comparison(tree.comparison());
        for (int nots = tree.NOT().size(); nots > 0; nots--) {
            requireCondition(result, tree.comparison());
            result =
                    typed(
                            new Expression.Not(result.expression),
                            Type.CONDITION,
                            result.depth + 1,
                            tree);
        }
        return result;
    }

    private Typed comparison(SelectorParser.ComparisonContext tree) {
        Typed left = sum(tree.sum());
        SelectorParser.TestContext test = tree.test();
        if (test == null) {
            return left;
        }
        if (test instanceof SelectorParser.CompareContext compare) {
            return compare(left, tree, compare);
        }
        if (test instanceof SelectorParser.IsNullContext isNull) {
            Identifier identifier = requireIdentifier(left, tree.sum(), "IS NULL");
            return condition(new Expression.IsNull(identifier, isNull.NOT() != null), 2, tree);
        }
        SelectorParser.MaybeNegatedContext maybe = (SelectorParser.MaybeNegatedContext) test;
        boolean negated = maybe.NOT() != null;
        SelectorParser.NegatableContext form = maybe.negatable();
        if (form instanceof SelectorParser.BetweenContext between) {
            return between(left, tree, between, negated);
        }
        if (form instanceof SelectorParser.InContext in) {
            Identifier identifier = requireIdentifier(left, tree.sum(), "IN");
            List<String> values = in.STRING().stream().map(ExpressionReader::string).toList();
            return condition(new Expression.In(identifier, values, negated), 2, tree);
        }
        SelectorParser.LikeContext like = (SelectorParser.LikeContext) form;
        Identifier identifier = requireIdentifier(left, tree.sum(), "LIKE");
        return condition(like(identifier, like, negated), 2, tree);
    }

    private Typed condition(Expression expression, int depth, ParserRuleContext at) {
        return typed(expression, Type.CONDITION, depth, at);
    }

    private Typed compare(
            Typed left,
            SelectorParser.ComparisonContext tree,
            SelectorParser.CompareContext compare) {
        Typed right = sum(compare.sum());
        Expression.Relation relation =
                switch (compare.operator.getType()) {
                    case SelectorParser.EQUAL -> Expression.Relation.EQUAL;
                    case SelectorParser.NOT_EQUAL -> Expression.Relation.NOT_EQUAL;
                    case SelectorParser.LESS -> Expression.Relation.LESS;
                    case SelectorParser.LESS_OR_EQUAL -> Expression.Relation.LESS_OR_EQUAL;
                    case SelectorParser.GREATER -> Expression.Relation.GREATER;
                    default -> Expression.Relation.GREATER_OR_EQUAL;
                };
        if (relation.isOrder()) {
            // Jakarta Messaging 3.1, 3.8.1.1: strings and booleans know = and <> only.
            requireNumber(left, tree.sum());
            requireNumber(right, compare.sum());
        } else if (left.type != Type.ANY && !right.type.canBe(left.type)) {
            throw errors.at(
                    compare.sum().getStart(),
                    left.type.words + " to compare with " + left.type.words,
                    right.type.words);
        }
        return condition(
                new Expression.Comparison(relation, left.expression, right.expression),
                Math.max(left.depth, right.depth) + 1,
                tree);
    }

    private Typed between(
            Typed value,
            SelectorParser.ComparisonContext tree,
            SelectorParser.BetweenContext between,
            boolean negated) {
        Typed low = sum(between.low);
        Typed high = sum(between.high);
        requireNumber(value, tree.sum());
        requireNumber(low, between.low);
        requireNumber(high, between.high);
        return condition(
                new Expression.Between(value.expression, low.expression, high.expression, negated),
                Math.max(value.depth, Math.max(low.depth, high.depth)) + 1,
                tree);
    }

    private Expression.Like like(
            Identifier identifier, SelectorParser.LikeContext like, boolean negated) {
        String pattern = string(like.pattern);
        if (like.escape == null) {
            return new Expression.Like(identifier, pattern, null, negated);
        }
        String escape = string(like.escape);
        if (escape.codePointCount(0, escape.length()) != 1) {
            throw errors.at(like.escape, "a string of one character after ESCAPE");
        }
        if (LikePattern.endsInEscape(pattern, escape)) {
            throw errors.at(like.pattern, "a character behind the last escape character");
        }
        return new Expression.Like(identifier, pattern, escape, negated);
    }

    private Typed sum(SelectorParser.SumContext tree) {
        Typed result = product(tree.product(0));
        for (int index = 1; index < tree.product().size(); index++) {
            ParseTree operator = tree.getChild(2 * index - 1);
            Expression.Operation operation =
                    isToken(operator, SelectorParser.PLUS)
                            ? Expression.Operation.ADD
                            : Expression.Operation.SUBTRACT;
            requireNumber(result, tree);
            Typed right = product(tree.product(index));
            requireNumber(right, tree.product(index));
            result = arithmetic(operation, result, right, tree);
        }
        return result;
    }

    private Typed product(SelectorParser.ProductContext tree) {
        Typed result = signed(tree.signed(0));
        for (int index = 1; index < tree.signed().size(); index++) {
            ParseTree operator = tree.getChild(2 * index - 1);
            Expression.Operation operation =
                    isToken(operator, SelectorParser.STAR)
                            ? Expression.Operation.MULTIPLY
                            : Expression.Operation.DIVIDE;
            requireNumber(result, tree);
            Typed right = signed(tree.signed(index));
            requireNumber(right, tree.signed(index));
            result = arithmetic(operation, result, right, tree);
        }
        return result;
    }

    private Typed arithmetic(
            Expression.Operation operation, Typed left, Typed right, ParserRuleContext at) {
        return typed(
                new Expression.Arithmetic(operation, left.expression, right.expression),
                Type.NUMBER,
                Math.max(left.depth, right.depth) + 1,
                at);
    }

    private Typed signed(SelectorParser.SignedContext tree) {
        int signs = tree.getChildCount() - 1;
        SelectorParser.PrimaryContext primary = tree.primary();
        boolean literal =
                primary instanceof SelectorParser.ExactContext
                        || primary instanceof SelectorParser.ApproximateContext;
        Typed result;
        if (literal) {
            // The sign next to a number is part of it: only so the smallest long can be written.
            boolean negative = signs > 0 && isToken(tree.getChild(signs - 1), SelectorParser.MINUS);
            result = number(primary, negative);
            signs = Math.max(0, signs - 1);
        } else {
            result = primary(primary);
        }
        for (int index = signs - 1; index >= 0; index--) {
            requireNumber(result, primary);
            boolean negative = isToken(tree.getChild(index), SelectorParser.MINUS);
            result =
                    typed(
                            new Expression.Signed(negative, result.expression),
                            Type.NUMBER,
                            result.depth + 1,
                            tree);
        }
        return result;
    }

    private Typed number(SelectorParser.PrimaryContext primary, boolean negative) {
        boolean exact = primary instanceof SelectorParser.ExactContext;
        String text = primary.getText();
        Number value =
                exact
                        ? NumberLiterals.exact(text, negative)
                        : NumberLiterals.approximate(text, negative);
        if (value == null) {
            String range = exact ? "long" : text.matches("(?i).*f") ? "float" : "double";
            throw errors.at(primary.getStart(), "a number in the range of " + range);
        }
        return new Typed(new Expression.NumberLiteral(value), Type.NUMBER, 1);
    }

    private Typed primary(SelectorParser.PrimaryContext tree) {
        if (tree instanceof SelectorParser.BracketedContext bracketed) {
            return expression(bracketed.expression());
        }
        if (tree instanceof SelectorParser.IdentifierContext) {
            return new Typed(identifier(tree.getStart()), Type.ANY, 1);
        }
        if (tree instanceof SelectorParser.StringContext) {
            return new Typed(new Expression.TextLiteral(string(tree.getStart())), Type.TEXT, 1);
        }
        boolean value = tree.getStart().getType() == SelectorParser.TRUE;
        return new Typed(new Expression.BooleanLiteral(value), Type.CONDITION, 1);
    }

    private Identifier identifier(Token token) {
        String name = token.getText();
        boolean reserved =
                name.startsWith("JMS")
                        && !name.startsWith("JMSX")
                        && !name.startsWith("JMS_")
                        && !HEADERS.contains(name);
        if (reserved) {
            throw errors.at(
                    token,
                    "a property, or one of the headers JMSDeliveryMode, JMSPriority, JMSMessageID,"
                            + " JMSTimestamp, JMSCorrelationID and JMSType,");
        }
        return new Identifier(name);
    }

    private static String string(TerminalNode node) {
        return string(node.getSymbol());
    }

    private static String string(Token token) {
        String text = token.getText();
        return text.substring(1, text.length() - 1).replace("''", "'");
    }

    private static boolean isToken(ParseTree node, int type) {
        return ((TerminalNode) node).getSymbol().getType() == type;
    }

    private void requireCondition(Typed found, ParserRuleContext at) {
        require(found, Type.CONDITION, at);
    }

    private void requireNumber(Typed found, ParserRuleContext at) {
        require(found, Type.NUMBER, at);
    }

    private void require(Typed found, Type type, ParserRuleContext at) {
        if (!found.type.canBe(type)) {
            throw errors.at(at.getStart(), type.words, found.type.words);
        }
    }

    private Identifier requireIdentifier(Typed found, ParserRuleContext at, String operator) {
        boolean bare = at.getStart() == at.getStop();
        if (bare && found.expression instanceof Identifier identifier) {
            return identifier;
        }
        throw errors.at(
                at.getStart(),
                "an identifier alone before " + operator,
                bare ? found.type.words : "an expression");
    }
}
