package io.millrace.selector;

import io.millrace.selector.grammar.SelectorParser;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/** Turns the first thing that the parser stumbles over into a {@link SelectorSyntaxException}. */
final class SyntaxErrors extends BaseErrorListener {

    private final String selector;

    SyntaxErrors(String selector) {
        this.selector = selector;
    }

    @Override
    public void syntaxError(
            Recognizer<?, ?> recognizer,
            @Nullable Object offendingSymbol,
            int line,
            int charPositionInLine,
            String message,
            @Nullable RecognitionException cause) {
        // Every character is a token of some kind, so the lexer never fails.
        Parser parser = (Parser) recognizer;
        Token token = (Token) java.util.Objects.requireNonNull(offendingSymbol);
        throw at(token, expectedBy(parser, token));
    }

    /** Something else was expected where this token is. */
    SelectorSyntaxException at(Token token, String expected) {
        return at(token, expected, found(token));
    }

    SelectorSyntaxException at(Token token, String expected, String found) {
        return new SelectorSyntaxException(selector, offsetOf(token), expected, found);
    }

    /** The parser counts code points. */
    private int offsetOf(Token token) {
        return token.getType() == Token.EOF
                ? selector.length()
                : selector.offsetByCodePoints(0, token.getStartIndex());
    }

    private static String found(Token token) {
        return token.getType() == Token.EOF ? "its end" : quoted(token.getText());
    }

    private static String quoted(String text) {
        return "'" + text + "'";
    }

    private static String expectedBy(Parser parser, Token token) {
        if (token.getType() == SelectorParser.UNTERMINATED_STRING) {
            return "a closing quote for the string that begins";
        }
        if (token.getType() == SelectorParser.MALFORMED_NUMBER) {
            return "a number as Java writes it";
        }
        IntervalSet possible = parser.getExpectedTokens();
        List<String> words = new ArrayList<>();
        if (possible.contains(SelectorParser.IDENTIFIER)) {
            words.add("an identifier");
            words.add("a literal");
            words.add("'('");
        } else if (possible.contains(SelectorParser.CLOSE)) {
            boolean list = parser.getContext() instanceof SelectorParser.InContext;
            words.add(list ? "','" : "an operator");
            words.add("')'");
        } else if (possible.contains(Token.EOF)) {
            words.add("an operator");
            words.add("its end");
        } else {
            for (int type : possible.toList()) {
                words.add(word(type));
            }
        }
        return sentence(words);
    }

    private static String word(int type) {
        return switch (type) {
            case SelectorParser.STRING -> "a string literal";
            case SelectorParser.OPEN -> "'('";
            default -> SelectorParser.VOCABULARY.getSymbolicName(type);
        };
    }

    private static String sentence(List<String> words) {
        int last = words.size() - 1;
        return last == 0
                ? words.get(0)
                : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }
}
