package io.millrace.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By what people ask about a session's transaction: its id, and the partition that decides it.
 *
 * @param coordinator number of that partition, from 1 on
 */
public record TransactionReference(TransactionId id, int coordinator) {

    private static final Pattern FORM = Pattern.compile("(.*?)(?:@([1-9][0-9]{0,5}))?");

    /**
     * Reads what {@link #toString} says, as commands and people write it.
     *
     * @throws IllegalArgumentException if it is no reference; says what one looks like
     */
    public static TransactionReference parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "Expected the id of a session's transaction, but it is '" + text + "'");
        }
        String partition = form.group(2);
        return new TransactionReference(
                TransactionId.parse(form.group(1)),
                partition == null ? Frame.FIRST_PARTITION : Integer.parseInt(partition));
    }

    /** {@code session:number}, and {@code @partition} behind it if that is not the first. */
    @Override
    public String toString() {
        return coordinator == Frame.FIRST_PARTITION ? id.toString() : id + "@" + coordinator;
    }
}
