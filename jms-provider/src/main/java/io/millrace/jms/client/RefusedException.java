package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;

/**
 * The broker refused a request, or the connection is gone for good. The facades turn it into a
 * {@code JMSException}.
 */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public RefusedException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** Whether a failure is a refusal with some code. */
    static boolean isOf(RuntimeException failure, ErrorCode code) {
        return failure instanceof RefusedException refused && refused.code == code;
    }

    public ErrorCode code() {
        return code;
    }
}
