package io.millrace.tck;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceTransactions;
import io.millrace.jms.MillraceXAConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./millrace broker} as people start and stop it; needs the packaged broker. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MillraceScriptIT {

    private static final Pattern READY =
            Pattern.compile("Millrace broker ready on 127\\.0\\.0\\.1:(\\d+), data in (.+)");

    @TempDir Path directory = Path.of("");

    private static Command millrace(String... arguments) throws IOException {
        List<String> words =
                new ArrayList<>(List.of(Path.of("..", "millrace").toAbsolutePath().toString()));
        words.addAll(List.of(arguments));
        return new Command(words);
    }

    private Command broker(String... more) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("broker", "--data", "" + directory, "--port", "0"));
        words.addAll(List.of(more));
        return millrace(words.toArray(String[]::new));
    }

    private static String uri(Command broker) throws IOException {
        Matcher ready = READY.matcher(broker.firstLine());
        assertTrue(ready.matches(), broker.firstLine());
        return "millrace://127.0.0.1:" + ready.group(1);
    }

    @Test
    void servesStopsCleanlyOnSigtermAndKeepsItsMessages() throws Exception {
        try (Command broker = broker();
                Connection connection =
                        new MillraceConnectionFactory(uri(broker)).createConnection()) {
            Session session = connection.createSession();
            Texts.send(session, session.createQueue("work"), "kept");
            connection.close();
            broker.terminate();
            assertEquals(0, broker.exitStatus(), broker.errors());
            assertTrue(broker.output().contains("\nMillrace broker stopped"), broker.output());
            assertEquals(2, broker.output().lines().count(), broker.output());
        }
        try (Command again = broker();
                Connection connection =
                        new MillraceConnectionFactory(uri(again)).createConnection()) {
            connection.start();
            Session session = connection.createSession();
            Queue queue = session.createQueue("work");
            Texts.assertFirst(Texts.expect(session.createConsumer(queue), "kept"));
        }
    }

    @Test
    void takesAQueueBackInTime() throws Exception {
        try (Command broker = broker();
                Connection connection =
                        new MillraceConnectionFactory(uri(broker)).createConnection()) {
            connection.start();
            Session session = connection.createSession();
            Queue queue = session.createQueue("work");
            Texts.send(session, queue, "done", "done too");
            Texts.receive(session.createConsumer(queue), 2);
            String[] words = {"rewind", uri(broker), "queue:work", "--from", "2", "--dry-run"};
            try (Command counted = millrace(words)) {
                assertEquals(0, counted.exitStatus(), counted.errors());
                assertTrue(
                        counted.output().startsWith("1 messages of queue:work would come again"),
                        counted.output());
            }
            words[5] = "--selector=JMSPriority = 4";
            try (Command rewound = millrace(words)) {
                assertEquals(0, rewound.exitStatus(), rewound.errors());
                assertTrue(
                        rewound.output().startsWith("1 messages come again of queue:work, the"),
                        rewound.output());
            }
            Texts.assertRedelivered(Texts.expect(session.createConsumer(queue), "done too"), 2);
            words[2] = "queue:nowhere";
            try (Command refused = millrace(words)) {
                assertEquals(1, refused.exitStatus());
                assertTrue(refused.errors().contains("'nowhere'"), refused.errors());
            }
            words[4] = "yesterday";
            try (Command refused = millrace(words)) {
                assertEquals(2, refused.exitStatus());
                assertTrue(refused.errors().contains("2026-11-21T09:14:00Z"), refused.errors());
            }
        }
    }

    /** millrace-logback.xml is in effect: INFO and above to the standard error, and no DEBUG. */
    @Test
    void logsNoDebugLines() throws Exception {
        try (Command broker = broker()) {
            try (RawClient client =
                    new RawClient(Integer.parseInt(uri(broker).replaceFirst(".*:", "")))) {
                client.send(RawClient.frame(0x7f, 0));
                client.closing();
            }
            broker.terminate();
            assertEquals(0, broker.exitStatus(), broker.errors());
            assertTrue(broker.errors().contains(" WARN  ClientLink - "), broker.errors());
            String all = broker.output() + broker.errors();
            assertFalse(all.contains("DEBUG"), all);
            assertFalse(all.contains("logback"), all);
            assertFalse(all.contains("SLF4J"), all);
        }
    }

    @Test
    void aBranchThatNobodyDecidesIsSeenAndDecidedByHand() throws Exception {
        String[] more = {
            "--set=metrics.listener=127.0.0.1:0", "--set=transactions.prepared.alarm.ms=1"
        };
        try (Command broker = broker(more)) {
            String uri = uri(broker);
            TestXid xid = TestXid.next();
            try (XAConnection connection =
                    new MillraceXAConnectionFactory(uri).createXAConnection()) {
                XASession session = connection.createXASession();
                session.getXAResource().start(xid, XAResource.TMNOFLAGS);
                Texts.send(session, session.createQueue("out"), "1");
                session.getXAResource().end(xid, XAResource.TMSUCCESS);
                assertEquals(XAResource.XA_OK, session.getXAResource().prepare(xid));
            }
            String id = MillraceTransactions.idOf(xid);
            String line = "then commit or rollback URI " + id;
            await().atMost(Duration.ofSeconds(30)).until(() -> broker.errors().contains(line));
            await().until(() -> broker.output().lines().count() > 1);
            String metrics = broker.output().lines().toList().get(1);
            assertTrue(metrics.matches("Metrics on http://127.0.0.1:\\d+/metrics"), metrics);
            try (InputStream page =
                    new URL(metrics.substring("Metrics on ".length())).openStream()) {
                String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(
                        text.contains("millrace_transactions_prepared{partition=\"1\"} 1.0"), text);
            }
            try (Command decided = millrace("transaction", "rollback", uri, id)) {
                assertEquals(0, decided.exitStatus(), decided.errors());
            }
            try (Command listed = millrace("transaction", "list", uri)) {
                assertEquals(0, listed.exitStatus(), listed.errors());
                assertTrue(listed.output().contains("rolled back by hand"), listed.output());
            }
            assertEquals(1, broker.errors().lines().filter(each -> each.endsWith(line)).count());
            broker.terminate();
            assertEquals(0, broker.exitStatus(), broker.errors());
        }
    }

    @Test
    void isSetUpByAFileAndTheCommandOverridesIt() throws Exception {
        Path file =
                Files.writeString(
                        directory.resolve("broker.properties"),
                        "listeners=127.0.0.1:0, 127.0.0.1:0\nlog.segment.bytes=2097152\nlog.dirs="
                                + directory.resolve("data").toString().replace("\\", "\\\\")
                                + "\n");
        try (Command broker = millrace("broker", "--config", "" + file)) {
            assertTrue(
                    broker.firstLine()
                            .matches(
                                    "Millrace broker ready on 127\\.0\\.0\\.1:\\d+,"
                                            + " 127\\.0\\.0\\.1:\\d+, data in .*data"),
                    broker.firstLine());
            broker.terminate();
            assertEquals(0, broker.exitStatus(), broker.errors());
        }
        try (Command broker = millrace("broker", "--config", "" + file, "--port", "0")) {
            uri(broker);
            broker.terminate();
            assertEquals(0, broker.exitStatus(), broker.errors());
        }
    }

    @Test
    void readsTheLogBesideTheRunningBrokerAndRepairsNothingThere() throws Exception {
        try (Command broker = broker()) {
            uri(broker);
            try (Command verify = millrace("log", "verify", "" + directory);
                    Command dump = millrace("log", "dump", "" + directory, "--events");
                    Command repair = millrace("log", "repair", "" + directory, "--apply")) {
                assertEquals(0, verify.exitStatus(), verify.output() + verify.errors());
                long intact =
                        verify.output().lines().filter(line -> line.startsWith("  intact")).count();
                assertEquals(2, intact, verify.output());
                assertEquals(0, dump.exitStatus(), dump.errors());
                assertTrue(dump.output().contains("segment 00000000000000000000"), dump.output());
                assertEquals(1, repair.exitStatus(), repair.output());
                assertTrue(repair.errors().contains("is used by process"), repair.errors());
            }
            broker.terminate();
            assertEquals(0, broker.exitStatus(), broker.errors());
        }
    }

    @Test
    void unknownKeyIsNamedWithTheKnownOne() throws Exception {
        try (Command broker = broker("--set", "log.segment.byte=1048576")) {
            assertEquals(1, broker.exitStatus());
            assertEquals("", broker.output());
            assertTrue(broker.errors().contains("there is log.segment.byte;"), broker.errors());
            assertTrue(broker.errors().contains(" log.segment.bytes "), broker.errors());
        }
    }

    @Test
    void unknownArgumentIsNamedWithTheUsage() throws Exception {
        try (Command broker = broker("--prot", "5670")) {
            assertEquals(2, broker.exitStatus());
            assertTrue(broker.errors().contains("--prot"), broker.errors());
            assertTrue(broker.errors().contains("--port=<port>"), broker.errors());
        }
    }
}
