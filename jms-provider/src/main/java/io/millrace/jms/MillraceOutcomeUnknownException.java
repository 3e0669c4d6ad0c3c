package io.millrace.jms;

import jakarta.jms.JMSException;

/**
 * A commit was asked for, and the broker could not be reached again within {@code reconnect.max.ms}
 * to hear what became of it (Jakarta Messaging 3.1, 6.2.7): the transaction happened whole or not
 * at all, but which of the two is not known here. {@link MillraceTransactions#outcome}, or {@code
 * millrace transaction outcome}, tells later, by the transaction's id.
 *
 * <p>Never thrown when the broker answered: then {@code commit} returns, or throws {@link
 * jakarta.jms.TransactionRolledBackException}.
 */
public class MillraceOutcomeUnknownException extends JMSException {

    private static final long serialVersionUID = 1L;

    /** Its {@link #getErrorCode}. */
    public static final String ERROR_CODE = "OUTCOME_UNKNOWN";

    private final String transactionId;

    /**
     * @param transactionId names the transaction in the broker's log
     */
    public MillraceOutcomeUnknownException(String message, String transactionId) {
        super(message, ERROR_CODE);
        this.transactionId = transactionId;
    }

    /**
     * The transaction's id, {@code session:number}, with {@code @partition} behind it if another
     * than the first partition decides it; the same in broker and client.
     */
    public String getTransactionId() {
        return transactionId;
    }
}
