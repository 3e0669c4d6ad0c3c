package io.millrace.selector;

import org.jspecify.annotations.Nullable;

/**
 * A pattern of LIKE: {@code _} stands for one character, {@code %} for any number of them.
 *
 * <p>A character is a code point: a pair of surrogates counts once. What the escape character
 * precedes stands for itself. Matching goes back to the last {@code %} only, so it takes at most
 * the product of both lengths, and no stack.
 */
final class LikePattern {

    private static final int ANY_ONE = -1;
    private static final int ANY_NUMBER = -2;

    /** Code points that stand for themselves, and the two constants. */
    private final int[] elements;

    LikePattern(String pattern, @Nullable String escape) {
        int escapePoint = escape == null ? ANY_ONE : escape.codePointAt(0);
        int[] points = pattern.codePoints().toArray();
        int[] found = new int[points.length];
        int count = 0;
        for (int index = 0; index < points.length; index++) {
            int point = points[index];
            if (point == escapePoint && index + 1 < points.length) {
                found[count++] = points[++index];
            } else if (point == '_') {
                found[count++] = ANY_ONE;
            } else if (point == '%') {
                found[count++] = ANY_NUMBER;
            } else {
                found[count++] = point;
            }
        }
        elements = java.util.Arrays.copyOf(found, count);
    }

    /** Whether the pattern's last escape character has nothing to escape. */
    static boolean endsInEscape(String pattern, String escape) {
        int escapePoint = escape.codePointAt(0);
        boolean escaping = false;
        for (int index = 0; index < pattern.length(); ) {
            int point = pattern.codePointAt(index);
            escaping = !escaping && point == escapePoint;
            index += Character.charCount(point);
        }
        return escaping;
    }

    boolean matches(String text) {
        int element = 0;
        int at = 0;
        int afterAnyNumber = -1;
        int retryAt = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            int wanted = element < elements.length ? elements[element] : Integer.MIN_VALUE;
            if (wanted == ANY_NUMBER) {
                afterAnyNumber = ++element;
                retryAt = at;
            } else if (wanted == point || wanted == ANY_ONE) {
                element++;
                at += Character.charCount(point);
            } else if (afterAnyNumber >= 0) {
                // What % stood for was too short: one character more.
                retryAt += Character.charCount(text.codePointAt(retryAt));
                at = retryAt;
                element = afterAnyNumber;
            } else {
                return false;
            }
        }
        while (element < elements.length && elements[element] == ANY_NUMBER) {
            element++;
        }
        return element == elements.length;
    }
}
