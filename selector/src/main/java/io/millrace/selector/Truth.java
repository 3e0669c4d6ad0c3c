package io.millrace.selector;

/**
 * The three values of SQL's logic as numbers, so that AND is the smaller, OR the greater and NOT
 * the mirror image (Jakarta Messaging 3.1, 3.8.1.2, tables 3-4 to 3-6).
 */
final class Truth {

    static final int FALSE = 0;
    static final int UNKNOWN = 1;
    static final int TRUE = 2;

    private Truth() {}

    static int of(boolean value) {
        return value ? TRUE : FALSE;
    }

    static int not(int value) {
        return TRUE - value;
    }
}
