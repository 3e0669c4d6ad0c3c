package io.millrace.jms.message;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import org.jspecify.annotations.Nullable;

/** A message whose body is a text, or null. */
public final class MillraceTextMessage extends MillraceMessage implements TextMessage {

    private @Nullable String text;

    @Override
    public void setText(@Nullable String newText) throws JMSException {
        requireWritableBody();
        text = newText;
    }

    @Override
    public @Nullable String getText() throws JMSException {
        needBody();
        return text;
    }

    @Override
    int bodyType() {
        return MessageCodec.TEXT;
    }

    @Override
    long leastBodyBytes() {
        String current = text;
        return current == null ? 0 : current.length();
    }

    @Override
    long mostBodyBytes() {
        return Values.mostBytes(text);
    }

    @Override
    void writeBody(WireOutput to) {
        to.writeNullableString(text);
    }

    @Override
    void readBody(WireInput from) {
        text = from.readNullableString();
    }

    @Override
    void emptyBody() {
        text = null;
    }

    @Override
    boolean hasBody() {
        return text != null;
    }

    @Override
    boolean isBodyA(Class<?> type) {
        return type.isAssignableFrom(String.class);
    }

    @Override
    @Nullable Object copyOfBody() {
        return text;
    }
}
