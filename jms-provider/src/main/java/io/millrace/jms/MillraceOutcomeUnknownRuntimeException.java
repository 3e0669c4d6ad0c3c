package io.millrace.jms;

import jakarta.jms.JMSRuntimeException;

/** The unchecked twin of {@link MillraceOutcomeUnknownException}, for {@code JMSContext.commit}. */
public class MillraceOutcomeUnknownRuntimeException extends JMSRuntimeException {

    private static final long serialVersionUID = 1L;

    private final String transactionId;

    /** For the exception that the classic interface throws. */
    public MillraceOutcomeUnknownRuntimeException(MillraceOutcomeUnknownException unknown) {
        super(unknown.getMessage(), unknown.getErrorCode(), unknown);
        this.transactionId = unknown.getTransactionId();
    }

    /** The transaction's id, {@code session:number}; the same in broker and client. */
    public String getTransactionId() {
        return transactionId;
    }
}
