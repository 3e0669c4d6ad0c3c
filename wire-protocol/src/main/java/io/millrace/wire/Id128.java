package io.millrace.wire;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A random 128-bit name for something that a client makes: a connection's or a producer's
 * incarnation. Printed as 32 hexadecimal digits.
 */
public record Id128(long high, long low) implements Comparable<Id128> {

    /** Stands for "none". */
    public static final Id128 NONE = new Id128(0, 0);

    @Override
    public int compareTo(Id128 other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    // Written out, here and in other records that are keys: the generated forms are linked when
    // they
    // are first called, which takes a starting client and broker some 60 ms.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Id128 id && high == id.high && low == id.low;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(high) + Long.hashCode(low);
    }

    /** Parses what {@link #toString} prints. */
    public static Id128 parse(CharSequence hex) {
        return new Id128(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }

    @Override
    public String toString() {
        HexFormat format = HexFormat.of();
        return format.toHexDigits(high) + format.toHexDigits(low);
    }
}
