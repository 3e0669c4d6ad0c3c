package io.millrace.selector;

import java.io.Serial;

/** A selector that is not one (Jakarta Messaging 3.1, 3.8.1.1): what is wrong, and where. */
public final class SelectorSyntaxException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    /** How much of a selector the message repeats, in characters. */
    private static final int EXCERPT = 200;

    private final int offset;
    private final int line;
    private final int column;
    private final String offending;
    private final String expected;

    SelectorSyntaxException(String selector, int offset, String expected, String offending) {
        this(new Place(selector, offset), expected, offending);
    }

    private SelectorSyntaxException(Place place, String expected, String offending) {
        super(
                "Expected "
                        + expected
                        + " at line "
                        + place.line()
                        + ", column "
                        + place.column()
                        + " of the selector, but found "
                        + offending
                        + ": "
                        + place.excerpt());
        this.offset = place.offset();
        this.line = place.line();
        this.column = place.column();
        this.expected = expected;
        this.offending = offending;
    }

    /** Where it is, in UTF-16 units from the beginning; the length if the end came too early. */
    public int offset() {
        return offset;
    }

    /** Line, counted from 1. */
    public int line() {
        return line;
    }

    /** Column in its line in UTF-16 units, counted from 1. */
    public int column() {
        return column;
    }

    /** What was found there: a token in quotes, or words. */
    public String offending() {
        return offending;
    }

    /** What could stand there, in words. */
    public String expected() {
        return expected;
    }

    private record Place(String selector, int offset) {

        private String before() {
            return selector.substring(0, offset).replace("\r\n", "\n").replace('\r', '\n');
        }

        int line() {
            return 1 + (int) before().chars().filter(unit -> unit == '\n').count();
        }

        int column() {
            String before = before();
            return before.length() - before.lastIndexOf('\n');
        }

        String excerpt() {
            return selector.length() <= EXCERPT
                    ? selector
                    : selector.substring(0, EXCERPT) + "… (" + selector.length() + " characters)";
        }
    }
}
