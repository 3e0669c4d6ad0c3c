package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Broker;
import io.millrace.server.LogOpeners;
import io.millrace.server.net.NettyAcceptor;
import io.millrace.server.users.FileAuthenticator;
import io.millrace.server.users.PasswordHash;
import io.millrace.server.users.UserFile;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and passwords: Jakarta Messaging 3.1, 6.1.1 and 10.3. */
class UsersTest {

    /** Quick, because these guard nothing. */
    private static final int ITERATIONS = 10;

    @TempDir Path directory = Path.of("");

    private @Nullable Broker broker;
    private @Nullable NettyAcceptor acceptor;

    private UserFile users() {
        return new UserFile(directory.resolve(UserFile.NAME));
    }

    private void add(String name, String password) throws IOException {
        users().put(name, PasswordHash.of(password.toCharArray(), ITERATIONS));
    }

    /** The URI of a broker with the users of the directory, in this JVM or on the network. */
    private String broker(boolean embedded) {
        if (embedded) {
            return "millrace:file:" + directory;
        }
        Broker started =
                Broker.start(
                        LogOpeners.inMemory(),
                        PartitionLimits.NETWORK,
                        new FileAuthenticator(users()));
        broker = started;
        NettyAcceptor listening = NettyAcceptor.listen("127.0.0.1", 0, 1, started::accept);
        acceptor = listening;
        return "millrace://127.0.0.1:" + listening.port();
    }

    @AfterEach
    void stop() {
        if (acceptor != null) {
            acceptor.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    private static void assertRefused(MillraceConnectionFactory factory, String user, String word) {
        JMSSecurityException refused =
                assertThrows(
                        JMSSecurityException.class, () -> factory.createConnection(user, word));
        assertEquals("NOT_AUTHORIZED", refused.getErrorCode());
        assertFalse(refused.toString().contains(word), refused::toString);
        assertThrows(JMSSecurityRuntimeException.class, () -> factory.createContext(user, word));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everybodyMayConnectWhileThereAreNoUsers(boolean embedded) throws Exception {
        MillraceConnectionFactory factory = new MillraceConnectionFactory(broker(embedded));
        factory.createConnection().close();
        factory.createConnection("j2ee", "j2ee").close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyUsersMayConnectOnceThereIsOne(boolean embedded) throws Exception {
        add("alice", "wonder:land$ Grüße");
        String uri = broker(embedded);
        MillraceConnectionFactory factory = new MillraceConnectionFactory(uri);
        try (Connection connection = factory.createConnection("alice", "wonder:land$ Grüße")) {
            connection.start();
            Session session = connection.createSession();
            Queue queue = session.createQueue("work");
            Texts.send(session, queue, "signed");
            Message arrived = Texts.expect(session.createConsumer(queue), "signed");
            assertEquals("alice", arrived.getStringProperty("JMSXUserID"));
        }
        assertRefused(factory, "alice", "no such word");
        assertRefused(factory, "bob", "nobody's word");
        assertRefused(factory, "Alice", "wonder:land");
        assertThrows(JMSSecurityException.class, factory::createConnection);
        assertThrows(JMSSecurityRuntimeException.class, factory::createContext);
        assertThrows(JMSSecurityException.class, () -> factory.createConnection("alice", null));
        try (JMSContext again =
                new MillraceConnectionFactory(
                                uri + "?user=alice&password=wonder%3Aland%24+Gr%C3%BC%C3%9Fe")
                        .createContext()) {
            assertEquals("3.1", again.getMetaData().getJMSVersion());
        }
    }

    /** An embedded broker can have its users in a file elsewhere, one in memory has no other. */
    @Test
    void anOptionNamesTheUsersOfAnEmbeddedBroker() throws Exception {
        add("alice", "first");
        for (String uri : new String[] {"millrace:mem:users", "millrace:file:" + directory}) {
            MillraceConnectionFactory factory =
                    new MillraceConnectionFactory(uri + "?broker.users=" + users().path());
            factory.createConnection("alice", "first").close();
            assertRefused(factory, "alice", "no such word");
            assertThrows(JMSSecurityException.class, factory::createConnection);
            // A name that is wrong must not open the broker to everybody.
            MillraceConnectionFactory wrong =
                    new MillraceConnectionFactory(uri + "?broker.users=" + directory + "/none");
            JMSException refused = assertThrows(JMSException.class, wrong::createConnection);
            assertTrue(refused.toString().contains("broker.users"), refused::toString);
        }
    }

    /** A running broker takes changes up. */
    @Test
    void usersComeAndGo() throws Exception {
        MillraceConnectionFactory factory = new MillraceConnectionFactory(broker(false));
        factory.createConnection().close();
        add("alice", "first");
        factory.createConnection("alice", "first").close();
        assertThrows(JMSSecurityException.class, factory::createConnection);
        add("alice", "second password");
        assertRefused(factory, "alice", "first");
        factory.createConnection("alice", "second password").close();
        factory.createConnection("alice", "second password").close();
        assertTrue(users().remove("alice"));
        assertFalse(users().remove("alice"));
        // An empty file is not the same as none.
        assertRefused(factory, "alice", "second password");
    }

    @Test
    void aFileThatCannotBeReadLetsNobodyIn() throws Exception {
        Files.writeString(directory.resolve(UserFile.NAME), "alice:plain\n");
        MillraceConnectionFactory factory = new MillraceConnectionFactory(broker(false));
        assertThrows(JMSException.class, () -> factory.createConnection("alice", "plain"));
        IOException refused = assertThrows(IOException.class, () -> users().read());
        assertTrue(String.valueOf(refused.getMessage()).startsWith("line 1 of "));
    }

    @Test
    void theFileKeepsNoPasswords() throws Exception {
        add("alice", "secret");
        add("bob", "secret");
        String text = Files.readString(directory.resolve(UserFile.NAME));
        assertFalse(text.contains("secret"), text);
        PasswordHash alice = Objects.requireNonNull(users().read().get("alice"));
        PasswordHash bob = Objects.requireNonNull(users().read().get("bob"));
        assertTrue(alice.matches("secret".toCharArray()));
        assertFalse(alice.matches("Secret".toCharArray()));
        assertFalse(alice.toString().equals(bob.toString()), "salted");
        for (String name : new String[] {"", "a:b", "#a", "a\nb", "x".repeat(129)}) {
            assertThrows(IllegalArgumentException.class, () -> add(name, "secret"));
        }
    }
}
