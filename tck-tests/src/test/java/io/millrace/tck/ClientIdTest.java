package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Jakarta Messaging 3.1, 6.1.2: client identifiers. */
class ClientIdTest {

    /** "can be ‘in use’ by only one client at a time"; 10.3. */
    @OverEachUri
    void isInUseByOneConnectionAtATime(Provider provider) throws Exception {
        Connection first = provider.connect();
        assertNull(first.getClientID());
        first.setClientID("me");
        assertEquals("me", first.getClientID());
        Connection second = provider.connect();
        assertThrows(InvalidClientIDException.class, () -> second.setClientID("me"));
        assertThrows(
                InvalidClientIDException.class,
                () -> provider.factory("clientId=me").createConnection());
        assertThrows(
                InvalidClientIDRuntimeException.class,
                () -> provider.factory("clientId=me").createContext());
        // What was refused can be tried again, or another one.
        first.close();
        second.setClientID("me");
        assertThrows(InvalidClientIDException.class, () -> provider.connect().setClientID("me"));
        assertThrows(InvalidClientIDException.class, () -> provider.connect().setClientID(""));
        assertThrows(
                InvalidClientIDException.class,
                () -> provider.connect().setClientID("x".repeat(1_025)));
    }

    /** "immediately after creating the Connection … and before any other action". */
    @OverEachUri
    void isSetBeforeAnyOtherAction(Provider provider) throws Exception {
        Map<String, Action> actions = new LinkedHashMap<>();
        actions.put("createSession", Connection::createSession);
        actions.put("getMetaData", Connection::getMetaData);
        actions.put("getExceptionListener", Connection::getExceptionListener);
        actions.put("setExceptionListener", each -> each.setExceptionListener(null));
        actions.put("start", Connection::start);
        actions.put("stop", Connection::stop);
        actions.put("setClientID", each -> each.setClientID("before"));
        for (Map.Entry<String, Action> action : actions.entrySet()) {
            Connection connection = provider.connect();
            action.getValue().on(connection);
            assertThrows(
                    IllegalStateException.class,
                    () -> connection.setClientID("late"),
                    action.getKey());
            connection.close();
        }
    }

    private interface Action {
        void on(Connection connection) throws JMSException;
    }

    /** "If one does exist, an attempt to change it … must throw an IllegalStateException". */
    @OverEachUri
    void isNotSetOverOneThatWasConfigured(Provider provider) throws Exception {
        try (Connection connection = provider.factory("clientId=preset").createConnection()) {
            assertEquals("preset", connection.getClientID());
            assertThrows(IllegalStateException.class, () -> connection.setClientID("other"));
            assertThrows(IllegalStateException.class, () -> connection.setClientID("preset"));
        }
        try (JMSContext context = provider.factory("clientId=preset").createContext()) {
            assertEquals("preset", context.getClientID());
            assertThrows(IllegalStateRuntimeException.class, () -> context.setClientID("other"));
        }
    }
}
