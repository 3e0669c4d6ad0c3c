package io.millrace.core.partition;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/**
 * Which of a topic's messages a subscription gets (Jakarta Messaging 3.1, 8.3).
 *
 * @param selector a message selector (3.8.1) that was found to be one; null for all messages
 * @param noLocal whether messages of its own connection are left out
 * @param clientId with noLocal, whose connections' messages are left out as well; null for nobody's
 */
public record Filter(@Nullable String selector, boolean noLocal, @Nullable String clientId) {

    /** Gets everything. */
    public static final Filter NONE = new Filter(null, false, null);

    public boolean isNone() {
        return selector == null && !noLocal;
    }

    /** The same for a durable subscription of a client id (8.3.3). */
    public Filter ofClient(String id) {
        return noLocal ? new Filter(selector, true, id) : this;
    }

    public void writeTo(WireOutput to) {
        to.writeNullableString(selector).writeBoolean(noLocal).writeNullableString(clientId);
    }

    public static Filter read(WireInput from) {
        return new Filter(from.readNullableString(), from.readBoolean(), from.readNullableString());
    }

    @Override
    public String toString() {
        if (isNone()) {
            return "none";
        }
        String text = selector == null ? "all" : "'" + selector + "'";
        return text + (noLocal ? " noLocal" + (clientId == null ? "" : " of " + clientId) : "");
    }
}
