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
    int bodyType() {
        return MessageCodec.TEXT;
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
    void resetBody() {
        text = null;
    }

    @Override
    <T> @Nullable T body(Class<T> bodyClass) {
        return bodyClass.cast(text);
    }

    @Override
    boolean hasBodyOf(Class<?> bodyClass) {
        return text == null || bodyClass.isAssignableFrom(String.class);
    }

    @Override
    public void setText(@Nullable String newText) throws JMSException {
        requireWritableBody();
        text = newText;
    }

    @Override
    public @Nullable String getText() {
        decodeBody();
        return text;
    }
}
