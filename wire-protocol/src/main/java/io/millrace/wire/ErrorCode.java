package io.millrace.wire;

/**
 * Why a request was refused: the client turns each into the {@code JMSException} that the
 * specification names.
 */
public enum ErrorCode {
    /** The frame is malformed or out of place. The connection is closed. */
    PROTOCOL(1),
    /** User or password are wrong, or the user may not do this (JMSSecurityException). */
    NOT_AUTHORIZED(2),
    /** No such destination, or it is gone (InvalidDestinationException). */
    INVALID_DESTINATION(3),
    /** The client id is in use by another connection (InvalidClientIDException). */
    CLIENT_ID_IN_USE(4),
    /** The subscription has an active consumer, or the destination has. */
    IN_USE(5),
    /** No durable subscription has this name (InvalidDestinationException). */
    NO_SUCH_SUBSCRIPTION(6),
    /** The selector does not parse (InvalidSelectorException). */
    INVALID_SELECTOR(7),
    /**
     * A limit of the broker is reached (ResourceAllocationException); try again after the time
     * given.
     */
    LIMIT(8),
    /** The partition is closed or has no owner just now; try again after the time given. */
    UNAVAILABLE(9),
    /** The producer's window is not known: whether the message was stored before cannot be told. */
    PRODUCER_EXPIRED(10),
    /** The broker does not speak any protocol version that the client offered. */
    VERSION(11),
    /** The request is understood but this version of the broker cannot do it. */
    NOT_SUPPORTED(12),
    /** Nothing of the transaction happened (TransactionRolledBackException). */
    ROLLED_BACK(13),
    /**
     * The log does not have messages of that age any more; the message says from when on it has.
     */
    NOT_RETAINED(14),
    /**
     * Stored messages cannot be read: they are damaged, or the device refuses. The message says
     * where, and what to do.
     */
    UNREADABLE(15),
    /** The message is larger than the broker takes (MessageFormatException). */
    TOO_LARGE(16),
    /** No such branch, or it is over (XAER_NOTA). */
    UNKNOWN_TRANSACTION(17),
    /** There is a branch with this id already (XAER_DUPID). */
    DUPLICATE_TRANSACTION(18),
    /** This cannot be asked of the branch as it is now (XAER_PROTO). */
    TRANSACTION_STATE(19),
    /** The branch took too long, and nothing of it happened (XA_RBTIMEOUT). */
    TRANSACTION_TIMED_OUT(20),
    /** An administrator committed the branch (XA_HEURCOM). */
    HEURISTIC_COMMIT(21),
    /** An administrator rolled the branch back (XA_HEURRB). */
    HEURISTIC_ROLLBACK(22);

    private static final ErrorCode[] BY_NUMBER = new ErrorCode[32];

    static {
        for (ErrorCode code : values()) {
            BY_NUMBER[code.number] = code;
        }
    }

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /** Its number on the wire; never reused. */
    public int number() {
        return number;
    }

    /**
     * The code with this number; one that a newer peer invented is read as {@link #NOT_SUPPORTED}.
     */
    public static ErrorCode of(int number) {
        ErrorCode code = number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
        return code == null ? NOT_SUPPORTED : code;
    }
}
