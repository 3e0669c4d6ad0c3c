package io.millrace.server.net;

import io.millrace.wire.ControlFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.Id128;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who a client says it is.
 *
 * @param refused why it cannot be served; null if it can
 * @param text what to tell it then
 * @param user null for an anonymous one
 * @param password null for an anonymous one
 */
record Greeting(
        @Nullable ErrorCode refused,
        String text,
        @Nullable String user,
        @Nullable String password) {

    static Greeting of(ControlFrame.Hello frame) {
        if (frame.minVersion() > Frame.PROTOCOL_VERSION
                || frame.maxVersion() < Frame.PROTOCOL_VERSION) {
            return refused(
                    ErrorCode.VERSION,
                    "Expected protocol version "
                            + Frame.PROTOCOL_VERSION
                            + ", but the client speaks "
                            + frame.minVersion()
                            + " to "
                            + frame.maxVersion()
                            + "; use a client of this broker's version");
        }
        if (frame.connectionId().equals(Id128.NONE)) {
            return refused(ErrorCode.PROTOCOL, "Expected a connection id, but it is zero");
        }
        if (frame.mechanism().equals("ANONYMOUS")) {
            return new Greeting(null, "", null, null);
        }
        if (!frame.mechanism().equals("PLAIN")) {
            return refused(
                    ErrorCode.NOT_AUTHORIZED,
                    "Expected mechanism PLAIN or ANONYMOUS, but it is " + frame.mechanism());
        }
        String[] parts =
                new String(frame.initialResponse(), StandardCharsets.UTF_8).split("\0", -1);
        if (parts.length != 3) {
            return refused(
                    ErrorCode.PROTOCOL,
                    "Expected authorization id, user and password, but there are "
                            + parts.length
                            + " parts");
        }
        return new Greeting(null, "", parts[1], parts[2]);
    }

    private static Greeting refused(ErrorCode code, String text) {
        return new Greeting(code, text, null, null);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Greeting[" + user + ", " + refused + "]";
    }
}
