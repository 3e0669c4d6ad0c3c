package io.millrace.selector;

import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as Java writes them (Jakarta Messaging 3.1, 3.8.1.1).
 *
 * <p>An exact literal without L is an int as in Java. One that does not fit an int is a long: the
 * specification promises the range of long, where Java would ask for the L.
 */
final class NumberLiterals {

    private static final BigInteger TWO_TO_32 = BigInteger.ONE.shiftLeft(Integer.SIZE);
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);

    private NumberLiterals() {}

    /** An Integer or Long; null if it is out of the range of long. */
    static @Nullable Number exact(String literal, boolean negative) {
        String text = literal.replace("_", "").toLowerCase(Locale.ROOT);
        boolean wide = text.endsWith("l");
        String digits = wide ? text.substring(0, text.length() - 1) : text;
        int radix = 10;
        if (digits.startsWith("0x")) {
            radix = 16;
            digits = digits.substring(2);
        } else if (digits.startsWith("0b")) {
            radix = 2;
            digits = digits.substring(2);
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            radix = 8;
        }
        BigInteger value = new BigInteger(digits, radix);
        if (radix != 10) {
            return bits(value, wide, negative);
        }
        return decimal(negative ? value.negate() : value, wide);
    }

    private static @Nullable Number decimal(BigInteger value, boolean wide) {
        if (value.bitLength() >= Long.SIZE) {
            return null;
        }
        if (wide || value.bitLength() >= Integer.SIZE) {
            return value.longValue();
        }
        return value.intValue();
    }

    /** Hexadecimal, octal and binary literals name the bits: 0xffffffff is -1 in Java. */
    private static @Nullable Number bits(BigInteger value, boolean wide, boolean negative) {
        if (!wide && value.compareTo(TWO_TO_32) < 0) {
            return negative ? -value.intValue() : value.intValue();
        }
        if (value.compareTo(TWO_TO_64) < 0) {
            return negative ? -value.longValue() : value.longValue();
        }
        return null;
    }

    /** A Float or Double; null if it rounds to infinity, or to zero although it is not. */
    static @Nullable Number approximate(String literal, boolean negative) {
        String text = literal.replace("_", "").toLowerCase(Locale.ROOT);
        boolean hex = text.startsWith("0x");
        // Without an exponent a hexadecimal literal is exact, so a final f or d is a suffix here.
        if (text.endsWith("f")) {
            float value = Float.parseFloat(text);
            boolean lost = Float.isInfinite(value) || value == 0 && hasDigits(text, hex);
            return lost ? null : (Number) (negative ? -value : value);
        }
        double value = Double.parseDouble(text);
        boolean lost = Double.isInfinite(value) || value == 0 && hasDigits(text, hex);
        return lost ? null : (Number) (negative ? -value : value);
    }

    /** Whether any digit before the exponent is not zero. */
    private static boolean hasDigits(String text, boolean hex) {
        for (int index = hex ? 2 : 0; index < text.length(); index++) {
            char unit = text.charAt(index);
            if (unit == (hex ? 'p' : 'e')) {
                return false;
            }
            if (unit >= '1' && unit <= '9' || hex && unit >= 'a' && unit <= 'f') {
                return true;
            }
        }
        return false;
    }
}
