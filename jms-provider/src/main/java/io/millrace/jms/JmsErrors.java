package io.millrace.jms;

import io.millrace.jms.client.RefusedException;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;

/**
 * Failures become the exceptions that the specification names: the one place where that happens.
 */
final class JmsErrors {

    private JmsErrors() {}

    /** The exception for a failure of the client's inside (Jakarta Messaging 3.1, chapter 10). */
    static JMSException of(RuntimeException failure) {
        String message = String.valueOf(failure.getMessage());
        JMSException error;
        if (failure instanceof RefusedException refused) {
            String code = refused.code().name();
            error =
                    switch (refused.code()) {
                        case NOT_AUTHORIZED -> new JMSSecurityException(message, code);
                        case INVALID_DESTINATION, NO_SUCH_SUBSCRIPTION ->
                                new InvalidDestinationException(message, code);
                        case CLIENT_ID_IN_USE -> new InvalidClientIDException(message, code);
                        case INVALID_SELECTOR -> new InvalidSelectorException(message, code);
                        case ROLLED_BACK -> new TransactionRolledBackException(message, code);
                        case TOO_LARGE -> new MessageFormatException(message, code);
                        case TRANSACTION_STATE -> new IllegalStateException(message, code);
                        case LIMIT -> new ResourceAllocationException(message, code);
                        default -> new JMSException(message, code);
                    };
        } else {
            error = new JMSException(message);
            error.setLinkedException(failure);
        }
        error.initCause(failure);
        return error;
    }

    /** The unchecked twin of an exception, for the simplified API (2.8). */
    static JMSRuntimeException unchecked(JMSException e) {
        String message = e.getMessage();
        String code = e.getErrorCode();
        if (e instanceof IllegalStateException) {
            return new IllegalStateRuntimeException(message, code, e);
        }
        if (e instanceof InvalidClientIDException) {
            return new InvalidClientIDRuntimeException(message, code, e);
        }
        if (e instanceof InvalidDestinationException) {
            return new InvalidDestinationRuntimeException(message, code, e);
        }
        if (e instanceof InvalidSelectorException) {
            return new InvalidSelectorRuntimeException(message, code, e);
        }
        if (e instanceof JMSSecurityException) {
            return new JMSSecurityRuntimeException(message, code, e);
        }
        if (e instanceof MessageFormatException) {
            return new MessageFormatRuntimeException(message, code, e);
        }
        if (e instanceof MessageNotWriteableException) {
            return new MessageNotWriteableRuntimeException(message, code, e);
        }
        if (e instanceof ResourceAllocationException) {
            return new ResourceAllocationRuntimeException(message, code, e);
        }
        if (e instanceof TransactionInProgressException) {
            return new TransactionInProgressRuntimeException(message, code, e);
        }
        if (e instanceof TransactionRolledBackException) {
            return new TransactionRolledBackRuntimeException(message, code, e);
        }
        if (e instanceof MillraceOutcomeUnknownException unknown) {
            return new MillraceOutcomeUnknownRuntimeException(unknown);
        }
        return new JMSRuntimeException(message, code, e);
    }
}
