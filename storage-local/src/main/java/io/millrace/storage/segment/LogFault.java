package io.millrace.storage.segment;

import java.nio.file.Path;

/**
 * Something in a log's files that is not as it was written.
 *
 * @param kind what it is, and how bad
 * @param file where
 * @param position in bytes from the beginning of the file
 * @param from offset of the first entry that is concerned; equal to {@code to} if none is
 * @param to offset after the last one
 * @param found what is there, as a sentence
 * @param lost what is lost by it, as a sentence
 * @param remedy what to do, as a sentence
 */
public record LogFault(
        Kind kind,
        Path file,
        long position,
        long from,
        long to,
        String found,
        String lost,
        String remedy) {

    /** How much a fault matters. */
    public enum Severity {
        /** What a crash leaves behind; the next opening puts it right. */
        NORMAL,
        /** Damaged, but a broker does without it. */
        HARMLESS,
        /** A broker refuses to open the log, or to go on once it needs what is damaged. */
        SERIOUS
    }

    /** What can be wrong. */
    public enum Kind {
        /** The last append did not reach the disk whole, and nobody was told that it did. */
        TORN_TAIL(Severity.NORMAL),
        /** A file that a crash left unfinished. */
        LEFT_OVER(Severity.NORMAL),
        /** A segment was given back by a running broker while it was looked at. */
        FORGOTTEN(Severity.NORMAL),
        /** A footer is damaged or missing; it is rebuilt from the entries of its segment. */
        FOOTER(Severity.HARMLESS),
        /** Bytes between two records are not zero. */
        PADDING(Severity.HARMLESS),
        /** An intact record contradicts those before it. */
        ORDER(Severity.HARMLESS),
        /** The file that holds the last epoch is damaged; the records say it too. */
        EPOCH(Severity.HARMLESS),
        /** A checkpoint is damaged, and another state is there to begin with. */
        CHECKPOINT(Severity.HARMLESS),
        /** A checkpoint is damaged or missing, and nothing can be begun without it. */
        CHECKPOINT_NEEDED(Severity.SERIOUS),
        /** The header of a segment is damaged. */
        HEADER(Severity.SERIOUS),
        /** An entry that was stored is damaged. */
        ENTRY(Severity.SERIOUS),
        /** Entries are missing, with the file that held them. */
        MISSING(Severity.SERIOUS),
        /** A file belongs to another log. */
        STRANGER(Severity.SERIOUS),
        /** The device refuses to read a file. */
        UNREADABLE(Severity.SERIOUS),
        /** An intact entry cannot be decoded, or not be applied to the state before it. */
        CONTENT(Severity.SERIOUS);

        private final Severity severity;

        Kind(Severity severity) {
            this.severity = severity;
        }

        /** How much it matters. */
        public Severity severity() {
            return severity;
        }
    }

    static final String NOTHING_LOST = "nothing";
    static final String NO_REMEDY = "none needed: the next opening takes care of it";
    static final String REPAIR =
            "restore the file from a copy, or see what 'millrace log repair' plans";

    static LogFault of(Kind kind, Path file, long position, long offset, String found) {
        return new LogFault(kind, file, position, offset, offset, found, NOTHING_LOST, NO_REMEDY);
    }

    static LogFault entries(Kind kind, Path file, long position, long from, long to, String found) {
        return new LogFault(
                kind,
                file,
                position,
                from,
                to,
                found,
                "what stood at offsets "
                        + from
                        + " to "
                        + (to - 1)
                        + " ("
                        + (to - from)
                        + " bytes)",
                REPAIR);
    }

    /** The fault in one line, with file and position. */
    public String sentence() {
        return kind + " " + file + " at position " + position + " (offset " + from + "): " + found;
    }
}
