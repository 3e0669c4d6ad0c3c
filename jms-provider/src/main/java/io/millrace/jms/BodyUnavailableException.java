package io.millrace.jms;

import jakarta.jms.JMSException;

/**
 * A message came, and its large body could not be fetched. It was not given to the application: it
 * goes back, with the reason, and counts as delivered.
 */
final class BodyUnavailableException extends JMSException {

    private static final long serialVersionUID = 1L;

    BodyUnavailableException(JMSException cause) {
        super(
                "Expected the body of a large message, but "
                        + cause.getMessage()
                        + "; the message was not acknowledged, and comes again",
                cause.getErrorCode());
        setLinkedException(cause);
        initCause(cause);
    }
}
