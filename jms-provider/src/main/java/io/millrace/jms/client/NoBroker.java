package io.millrace.jms.client;

import io.millrace.wire.ErrorCode;

/** What to say when there is no broker. */
final class NoBroker {

    private NoBroker() {}

    static RefusedException at(String address, Throwable cause) {
        Throwable deeper = cause.getCause();
        return new RefusedException(
                ErrorCode.UNAVAILABLE,
                "Expected a broker at "
                        + address
                        + ", but "
                        + cause.getMessage()
                        + (deeper == null ? "" : " (" + deeper.getMessage() + ")")
                        + "; start it, or mend the URI");
    }

    static RefusedException within(long millis, String address, ErrorCode code, Throwable cause) {
        return new RefusedException(
                code,
                "Expected a broker at "
                        + address
                        + " within "
                        + millis
                        + " ms, but "
                        + cause.getMessage()
                        + "; whether unconfirmed messages were stored is not known");
    }
}
