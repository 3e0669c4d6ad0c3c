package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.PartitionLimits;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.server.Broker;
import io.millrace.server.BrokerConfiguration;
import io.millrace.server.LogOpeners;
import io.millrace.server.Main;
import io.millrace.server.net.NettyAcceptor;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One directory has one broker; who comes second is told who has it and what to do. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecondBrokerTest {

    @TempDir Path directory = Path.of("");

    private Connection embedded(Path path) throws JMSException {
        return new MillraceConnectionFactory("millrace:file:" + path).createConnection();
    }

    private static void assertNames(String message, long pid) {
        assertTrue(message.contains("process " + pid + " on "), message);
        assertTrue(message.contains("stop it or choose another directory"), message);
    }

    @Test
    void embeddedBrokerIsToldOfTheProcessThatHasTheDirectory() throws Exception {
        try (Command holder =
                Command.java(Main.class, "broker", "--data", "" + directory, "--port", "0")) {
            assertTrue(holder.firstLine().startsWith("Millrace broker ready"));
            JMSException refused =
                    assertThrows(JMSException.class, () -> embedded(directory).close());
            assertNames(String.valueOf(refused.getMessage()), holder.pid());
        }
        embedded(directory).close();
    }

    @Test
    void brokerProcessIsToldOfTheApplicationThatHasTheDirectory() throws Exception {
        try (Connection holder = embedded(directory);
                Command second =
                        Command.java(
                                Main.class, "broker", "--data", "" + directory, "--port", "0")) {
            assertEquals(1, second.exitStatus());
            assertEquals("", second.output());
            // This test's class path has no logging, and SLF4J says so first.
            List<String> said =
                    second.errors().lines().filter(line -> !line.startsWith("SLF4J")).toList();
            assertEquals(1, said.size(), second.errors());
            assertTrue(said.get(0).startsWith("millrace: Expected "), second.errors());
            assertNames(said.get(0), ProcessHandle.current().pid());
            Session session = holder.createSession();
            holder.start();
            Queue queue = session.createQueue("work");
            Texts.send(session, queue, "unharmed");
            Texts.expect(session.createConsumer(queue), "unharmed");
        }
    }

    @Test
    void secondBrokerInOneProcessIsRefused() throws Exception {
        try (Connection holder = embedded(directory)) {
            LogFailure refused =
                    assertThrows(
                            LogFailure.class,
                            () ->
                                    Broker.start(
                                            LogOpeners.inDirectory(
                                                    directory, BrokerConfiguration.defaults()),
                                            PartitionLimits.NETWORK));
            assertEquals(LogFailure.Kind.LOCKED, refused.kind());
            assertNames(String.valueOf(refused.getMessage()), ProcessHandle.current().pid());
            assertTrue(String.valueOf(refused.getMessage()).contains("(this one)"));
            holder.createSession().close();
        }
    }

    @Test
    void factoriesWithOnePathShareABroker() throws Exception {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        try (Connection one = embedded(real);
                Connection two = embedded(link);
                Connection three = embedded(real.resolve("..").resolve("real"))) {
            Session session = one.createSession();
            Queue queue = session.createQueue("work");
            Texts.send(session, queue, "a", "b");
            two.start();
            Texts.expect(two.createSession().createConsumer(queue), "a");
            two.close();
            three.start();
            Texts.expect(three.createSession().createConsumer(queue), "b");
        }
    }

    @Test
    void portInUseIsNamed() throws Exception {
        try (NetworkBroker first = new NetworkBroker(directory.resolve("first"));
                Broker second = Broker.start(LogOpeners.inMemory(), PartitionLimits.NETWORK)) {
            IllegalStateException refused =
                    assertThrows(
                            IllegalStateException.class,
                            () ->
                                    NettyAcceptor.listen(
                                            "127.0.0.1", first.port(), 1, second::accept));
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.contains("127.0.0.1:" + first.port()), message);
            assertTrue(message.contains("choose another port"), message);
        }
    }

    @Test
    void directoryThatCannotBeIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        JMSException refused = assertThrows(JMSException.class, () -> embedded(file).close());
        assertTrue(String.valueOf(refused.getMessage()).contains("" + file), refused::getMessage);
        assertTrue(String.valueOf(refused.getMessage()).contains("choose another path"));
    }
}
