package io.millrace.jms;

import io.millrace.jms.client.BrokerAddress;
import io.millrace.jms.client.ClientThreads;
import io.millrace.jms.message.MillraceMessage;
import io.millrace.jms.message.TrustedClasses;
import org.jspecify.annotations.Nullable;

/**
 * What a factory gives each connection that it makes.
 *
 * @param trusted what the objects of received messages may be made of
 * @param threads makes all threads that call the application
 * @param classLoader finds classes of such objects that the context class loader does not know;
 *     null for the provider's
 */
record ConnectionSettings(
        BrokerAddress address,
        TrustedClasses trusted,
        ClientThreads threads,
        @Nullable ClassLoader classLoader) {

    /** Tells a message how to read objects. */
    void apply(MillraceMessage message) {
        message.readObjectsWith(trusted, classLoader);
    }
}
