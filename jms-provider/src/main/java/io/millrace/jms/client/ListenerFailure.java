package io.millrace.jms.client;

import io.millrace.wire.TrafficFrame;

/** Says in words what a message listener threw (Jakarta Messaging 3.1, 8.7). */
public final class ListenerFailure {

    private ListenerFailure() {}

    /** Class and message, no longer than a settlement can carry. */
    public static String describe(Throwable thrown) {
        String text = thrown.getClass().getName();
        String message = thrown.getMessage();
        if (message != null) {
            text += ": " + message;
        }
        int end = TrafficFrame.Settle.MAX_WHY;
        if (text.length() <= end) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }
}
