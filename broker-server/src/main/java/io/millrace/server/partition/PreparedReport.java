package io.millrace.server.partition;

/**
 * What a partition has of prepared branches of distributed transactions.
 *
 * @param prepared how many are prepared and not decided
 * @param oldestMillis when the oldest of them was prepared, in milliseconds since 1970; {@link
 *     Long#MAX_VALUE} if there is none
 * @param decided how many an administrator decided and nobody has forgotten
 */
public record PreparedReport(int prepared, long oldestMillis, int decided) {

    static final PreparedReport NONE = new PreparedReport(0, Long.MAX_VALUE, 0);
}
