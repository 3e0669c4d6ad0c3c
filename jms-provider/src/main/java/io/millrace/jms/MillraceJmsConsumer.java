package io.millrace.jms;

import jakarta.jms.JMSConsumer;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import org.jspecify.annotations.Nullable;

/** A consumer of the simplified API. */
record MillraceJmsConsumer(MillraceConsumer consumer) implements JMSConsumer {

    private static final long NO_WAIT = -1;

    @Override
    public @Nullable String getMessageSelector() {
        return MillraceContext.uncheckedOrNull(consumer::getMessageSelector);
    }

    @Override
    public @Nullable MessageListener getMessageListener() {
        return MillraceContext.uncheckedOrNull(consumer::getMessageListener);
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) {
        MillraceContext.unchecked(() -> consumer.setMessageListener(listener));
    }

    @Override
    public @Nullable Message receive() {
        return MillraceContext.uncheckedOrNull(() -> consumer.receive());
    }

    @Override
    public @Nullable Message receive(long timeoutMillis) {
        return MillraceContext.uncheckedOrNull(() -> consumer.receive(timeoutMillis));
    }

    @Override
    public @Nullable Message receiveNoWait() {
        return MillraceContext.uncheckedOrNull(consumer::receiveNoWait);
    }

    @Override
    public <T> @Nullable T receiveBody(Class<T> type) {
        return MillraceContext.uncheckedOrNull(() -> consumer.receiveBody(type, 0));
    }

    @Override
    public <T> @Nullable T receiveBody(Class<T> type, long timeoutMillis) {
        return MillraceContext.uncheckedOrNull(
                () -> consumer.receiveBody(type, Math.max(0, timeoutMillis)));
    }

    @Override
    public <T> @Nullable T receiveBodyNoWait(Class<T> type) {
        return MillraceContext.uncheckedOrNull(() -> consumer.receiveBody(type, NO_WAIT));
    }

    @Override
    public void close() {
        MillraceContext.unchecked(consumer::close);
    }
}
