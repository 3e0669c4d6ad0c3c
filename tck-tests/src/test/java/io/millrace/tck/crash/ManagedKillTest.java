package io.millrace.tck.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceXAConnectionFactory;
import io.millrace.tck.TestXid;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.XAJMSContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A branch is whole or absent, wherever kill -9 strikes, and nobody loses one that is prepared. */
@Timeout(value = 1_800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManagedKillTest {

    private static final int KILLS = Integer.getInteger("crash.kills", 2);
    private static final int BRANCHES = 12;

    @TempDir Path directory = Path.of("");

    private final Random random = new Random();

    /** A branch that moves a message, and what was decided about it. */
    private static final class Move {
        final TestXid xid;
        final String text;
        boolean prepared;
        boolean commit;
        boolean decided;

        Move(TestXid xid, String text) {
            this.xid = xid;
            this.text = text;
        }
    }

    @Test
    void whatIsPreparedIsThereAfterAKill() throws Exception {
        Set<String> committed = new TreeSet<>();
        Set<String> sent = new LinkedHashSet<>();
        RestartableBroker broker = new RestartableBroker(directory);
        String uri = broker.uri();
        try {
            for (int kill = 0; kill <= KILLS; kill++) {
                List<Move> moves = new ArrayList<>();
                try (XAJMSContext context =
                        new MillraceXAConnectionFactory(uri).createXAContext()) {
                    fill(uri, kill, sent);
                    move(context, moves);
                    broker.kill();
                    broker.start();
                }
                try (XAJMSContext context =
                        new MillraceXAConnectionFactory(uri).createXAContext()) {
                    resolve(context.getXAResource(), moves, committed);
                }
            }
            try (JMSContext context = new MillraceConnectionFactory(uri).createContext()) {
                assertEquals(committed, drain(context, "out"));
                Set<String> left = new TreeSet<>(sent);
                left.removeAll(committed);
                assertEquals(left, drain(context, "in"));
            }
        } finally {
            broker.kill();
        }
    }

    private static void fill(String uri, int round, Set<String> sent) {
        try (JMSContext context = new MillraceConnectionFactory(uri).createContext()) {
            for (int index = 0; index < BRANCHES; index++) {
                String text = round + "-" + index;
                context.createProducer().send(context.createQueue("in"), text);
                sent.add(text);
            }
        }
    }

    /** Some branches are decided, some prepared, and the last is neither. */
    private void move(XAJMSContext context, List<Move> moves) throws Exception {
        XAResource resource = context.getXAResource();
        var consumer = context.createConsumer(context.createQueue("in"));
        Queue out = context.createQueue("out");
        for (int index = 0; index < BRANCHES; index++) {
            TestXid ignored = TestXid.next();
            resource.start(ignored, XAResource.TMNOFLAGS);
            resource.end(ignored, XAResource.TMSUCCESS);
            assertEquals(XAResource.XA_RDONLY, resource.prepare(ignored));
            Move move = begin(resource, consumer, context, out);
            moves.add(move);
            resource.end(move.xid, XAResource.TMSUCCESS);
            if (index == BRANCHES - 1) {
                break;
            }
            assertEquals(XAResource.XA_OK, resource.prepare(move.xid));
            move.prepared = true;
            move.commit = random.nextBoolean();
            if (random.nextBoolean()) {
                decide(resource, move);
                move.decided = true;
            }
        }
    }

    private static Move begin(
            XAResource resource, JMSConsumer consumer, JMSContext context, Queue out)
            throws XAException {
        // What is rolled back comes again, so a branch may get what another had.
        TestXid xid = TestXid.next();
        resource.start(xid, XAResource.TMNOFLAGS);
        String text = consumer.receiveBody(String.class, 30_000);
        context.createProducer().send(out, text);
        return new Move(xid, text);
    }

    private static void decide(XAResource resource, Move move) throws XAException {
        if (move.commit) {
            resource.commit(move.xid, false);
        } else {
            resource.rollback(move.xid);
        }
    }

    /** What was prepared and not decided is listed; nothing else is. */
    private static void resolve(XAResource resource, List<Move> moves, Set<String> committed)
            throws XAException {
        var listed = resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        for (Move move : moves) {
            boolean found = Stream.of(listed).anyMatch(move.xid::isSame);
            assertEquals(move.prepared && !move.decided, found, move.text);
            if (found) {
                decide(resource, move);
            }
            if (move.prepared && move.commit) {
                committed.add(move.text);
            }
        }
        assertEquals(0, resource.recover(XAResource.TMSTARTRSCAN).length);
    }

    private static Set<String> drain(JMSContext context, String name) {
        Set<String> found = new TreeSet<>();
        var consumer = context.createConsumer(context.createQueue(name));
        for (Message next = consumer.receive(2_000); next != null; next = consumer.receive(2_000)) {
            assertTrue(found.add(text(next)), "twice: " + text(next));
        }
        return found;
    }

    private static String text(Message message) {
        try {
            return message.getBody(String.class);
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
