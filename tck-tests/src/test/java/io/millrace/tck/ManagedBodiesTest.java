package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceXAConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.XAJMSContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long the log has large bodies of messages that branches send. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManagedBodiesTest {

    private static final int WAIT_MILLIS = 20_000;
    private static final int SIZE = 5 << 20;

    @TempDir Path directory = Path.of("");

    private String uri() {
        return "millrace:file:" + directory.resolve("data") + "?broker.log.segment.bytes=1048576";
    }

    /** Each clean stop takes a checkpoint, and gives back what the last two do not need. */
    private long storedBytes() throws IOException {
        for (int stop = 0; stop < 3; stop++) {
            new MillraceConnectionFactory(uri()).createContext().close();
        }
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            return files.filter(each -> each.toString().endsWith(".segment"))
                    .mapToLong(each -> each.toFile().length())
                    .sum();
        }
    }

    @Test
    void whatIsPreparedKeepsThemUntilItIsDecided() throws Exception {
        MillraceXAConnectionFactory factory = new MillraceXAConnectionFactory(uri());
        byte[] content = LargeMessagesTest.content(SIZE);
        TestXid committed = TestXid.next();
        TestXid rolledBack = TestXid.next();
        try (XAJMSContext context = factory.createXAContext()) {
            XAResource resource = context.getXAResource();
            for (TestXid xid : new TestXid[] {committed, rolledBack}) {
                resource.start(xid, XAResource.TMNOFLAGS);
                context.createProducer().send(context.createQueue("large"), content);
                resource.end(xid, XAResource.TMSUCCESS);
                assertEquals(XAResource.XA_OK, resource.prepare(xid));
            }
        }
        assertTrue(storedBytes() >= 2 * SIZE, "both bodies stay");
        try (XAJMSContext context = factory.createXAContext()) {
            context.getXAResource().commit(committed, false);
            context.getXAResource().rollback(rolledBack);
        }
        try (JMSContext context = new MillraceConnectionFactory(uri()).createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("large"));
            assertArrayEquals(content, consumer.receiveBody(byte[].class, WAIT_MILLIS));
            assertNull(consumer.receiveNoWait());
        }
        long stored = storedBytes();
        assertTrue(stored < SIZE, "the log has " + stored + " bytes");
    }

    @Test
    void whatIsRolledBackLeavesNothing() throws Exception {
        MillraceXAConnectionFactory factory = new MillraceXAConnectionFactory(uri());
        byte[] content = LargeMessagesTest.content(SIZE);
        try (JMSContext other = new MillraceConnectionFactory(uri()).createContext()) {
            try (XAJMSContext context = factory.createXAContext()) {
                XAResource resource = context.getXAResource();
                for (int count = 0; count < 6; count++) {
                    TestXid xid = TestXid.next();
                    resource.start(xid, XAResource.TMNOFLAGS);
                    context.createProducer().send(context.createQueue("large"), content);
                    resource.end(xid, count < 2 ? XAResource.TMFAIL : XAResource.TMSUCCESS);
                    if (count > 3) {
                        assertEquals(XAResource.XA_OK, resource.prepare(xid));
                    }
                    resource.rollback(xid);
                }
            }
            assertNull(other.createConsumer(other.createQueue("large")).receiveNoWait());
        }
        long stored = storedBytes();
        assertTrue(stored < SIZE, "the log has " + stored + " bytes");
    }
}
