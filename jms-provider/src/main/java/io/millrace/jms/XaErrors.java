package io.millrace.jms;

import io.millrace.jms.client.MixedOutcomeException;
import io.millrace.jms.client.RefusedException;
import javax.transaction.xa.XAException;

/** Failures become the codes that X/Open XA has for them: the one place where that happens. */
final class XaErrors {

    private XaErrors() {}

    static XAException of(RuntimeException failure) {
        int code = XAException.XAER_RMFAIL;
        if (failure instanceof MixedOutcomeException) {
            code = XAException.XA_HEURMIX;
        } else if (failure instanceof RefusedException refused) {
            code =
                    switch (refused.code()) {
                        case UNKNOWN_TRANSACTION -> XAException.XAER_NOTA;
                        case DUPLICATE_TRANSACTION -> XAException.XAER_DUPID;
                        case TRANSACTION_STATE -> XAException.XAER_PROTO;
                        case TRANSACTION_TIMED_OUT -> XAException.XA_RBTIMEOUT;
                        case ROLLED_BACK -> XAException.XA_RBROLLBACK;
                        case HEURISTIC_COMMIT -> XAException.XA_HEURCOM;
                        case HEURISTIC_ROLLBACK -> XAException.XA_HEURRB;
                        case LIMIT -> XAException.XAER_RMERR;
                        // The partition is not there, or nobody answers: nothing is known.
                        default -> XAException.XAER_RMFAIL;
                    };
        }
        return of(code, String.valueOf(failure.getMessage()), failure);
    }

    static XAException of(int code, String message) {
        XAException error = new CodedXAException(message);
        error.errorCode = code;
        return error;
    }

    static XAException of(int code, String message, RuntimeException cause) {
        XAException error = of(code, message);
        error.initCause(cause);
        return error;
    }

    /** The constructor with a code has no message, and the one with a message no code. */
    private static final class CodedXAException extends XAException {
        private static final long serialVersionUID = 1L;

        CodedXAException(String message) {
            super(message);
        }
    }
}
