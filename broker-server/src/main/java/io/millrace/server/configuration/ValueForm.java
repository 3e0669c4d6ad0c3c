package io.millrace.server.configuration;

import java.util.List;

/**
 * What a value may be.
 *
 * @param kind how it is written
 * @param least the smallest number
 * @param most the largest number
 * @param words for texts: what they are; for choices: which
 */
record ValueForm(Kind kind, long least, long most, String words) {

    static final long WEEK_MILLIS = 7L * 24 * 60 * 60 * 1_000;

    enum Kind {
        TEXT,
        CHOICE,
        NUMBER,
        DECIMAL
    }

    static ValueForm text(String words) {
        return new ValueForm(Kind.TEXT, 0, 0, words);
    }

    /** One of some words. */
    static ValueForm choice(String... words) {
        return new ValueForm(Kind.CHOICE, 0, 0, String.join(", ", words));
    }

    static ValueForm number(long least, long most) {
        return new ValueForm(Kind.NUMBER, least, most, "");
    }

    static ValueForm decimal(long least, long most) {
        return new ValueForm(Kind.DECIMAL, least, most, "");
    }

    /** What may be written, in words. */
    String describe() {
        return switch (kind) {
            case TEXT -> words;
            case CHOICE -> "one of " + words;
            default -> least + " to " + most;
        };
    }

    /**
     * Refuses what it may not be.
     *
     * @param key as it was written, for the error
     */
    void require(String key, String value) {
        boolean possible;
        try {
            possible =
                    switch (kind) {
                        case TEXT -> !value.isBlank();
                        case CHOICE -> List.of(words.split(", ")).contains(value);
                        case NUMBER -> isWithin(Long.parseLong(value));
                        case DECIMAL -> isWithin(Double.parseDouble(value));
                    };
        } catch (NumberFormatException notANumber) {
            possible = false;
        }
        if (!possible) {
            throw new IllegalArgumentException(
                    "Expected "
                            + key
                            + " to be "
                            + describe()
                            + ", but it is "
                            + (value.isBlank() ? "empty" : value));
        }
    }

    private boolean isWithin(double number) {
        return number >= least && number <= most;
    }
}
