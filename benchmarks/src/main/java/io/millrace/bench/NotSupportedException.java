package io.millrace.bench;

import jakarta.jms.JMSException;

/**
 * The provider does not have what a workload needs: no failure of the run, but no figure either.
 */
final class NotSupportedException extends JMSException {

    NotSupportedException(String what, JMSException cause) {
        super(what);
        initCause(cause);
    }
}
