package io.millrace.wire;

/**
 * In which partition a temporary destination or a body lives: its name says so, since it is in no
 * catalog.
 *
 * <pre>
 *   temp-queue/0123…/7        in the first partition, as all are that older clients name
 *   temp-queue/0123…/7@12     in partition 12
 * </pre>
 */
public final class TemporaryName {

    private static final char AT = '@';

    /** More digits are part of a name like any other. */
    private static final int MAX_DIGITS = 5;

    private TemporaryName() {}

    /** The name, made to say the partition. */
    public static String at(int partition, String name) {
        return partition == partitionOf(name) ? name : name + AT + partition;
    }

    /** The partition that a name says; the first if it says none. */
    public static int partitionOf(String name) {
        int digits = name.lastIndexOf(AT) + 1;
        int count = name.length() - digits;
        if (digits == 0 || count == 0 || count > MAX_DIGITS) {
            return Frame.FIRST_PARTITION;
        }
        int partition = 0;
        for (int at = digits; at < name.length(); at++) {
            char digit = name.charAt(at);
            if (digit < '0' || digit > '9') {
                return Frame.FIRST_PARTITION;
            }
            partition = 10 * partition + (digit - '0');
        }
        return partition;
    }
}
