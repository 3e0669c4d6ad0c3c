package io.millrace.jms;

import jakarta.jms.JMSException;

/**
 * A message came, and its large body could not be fetched. It was not given to the application: it
 * goes back, with the reason, and counts as delivered.
 */
final class BodyUnavailableException extends JMSException {

    private static final long serialVersionUID = 1L;

    private final boolean gone;

    private BodyUnavailableException(JMSException cause, boolean gone, String what) {
        super(
                "Expected the body of a large message, but " + cause.getMessage() + what,
                cause.getErrorCode());
        this.gone = gone;
        setLinkedException(cause);
        initCause(cause);
    }

    /** It cannot be had this time. */
    static BodyUnavailableException of(JMSException cause) {
        return new BodyUnavailableException(cause, false, "; the message was not acknowledged");
    }

    /** There is no such body: nobody needs the message any more. */
    static BodyUnavailableException gone(JMSException cause) {
        return new BodyUnavailableException(
                cause, true, "; the message was acknowledged, expired or was deleted meanwhile");
    }

    /**
     * Whether the message is not to be delivered any more: a body lives for as long as somebody
     * needs its message, so that was settled while it was here.
     */
    boolean isGone() {
        return gone;
    }
}
