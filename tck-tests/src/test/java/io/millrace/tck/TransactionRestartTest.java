package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transactions go on over a broker's restart (6.2.7), or say that they could not (10.3). */
class TransactionRestartTest extends RestartedBroker {

    TransactionRestartTest() {
        super(1);
    }

    @Test
    void aTransactionGoesOnOverARestart() throws Exception {
        Connection connection = connect("?send.batch.bytes=200");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Queue in = session.createQueue("in");
        Queue out = session.createQueue("out");
        Texts.send(connection.createSession(), in, "a", "b", "c");
        MessageConsumer consumer = session.createConsumer(in);
        Texts.expect(consumer, "a");
        Texts.send(session, out, "1", "2", "3");
        broker.restart();
        Texts.send(session, out, "4", "5");
        Texts.assertFirst(Texts.expect(consumer, "b"));
        session.commit();
        broker.restart();
        session.close();
        Session reading = connect("").createSession();
        assertEquals(
                List.of("1", "2", "3", "4", "5"), Texts.receive(reading.createConsumer(out), 5));
        MessageConsumer rest = reading.createConsumer(in);
        Texts.assertFirst(Texts.expect(rest, "c"));
        assertNull(rest.receiveNoWait());
    }

    @Test
    void aRollbackAfterARestartBringsEverythingBack() throws Exception {
        Connection connection = connect("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Queue queue = session.createQueue("in");
        Texts.send(connection.createSession(), queue, "a", "b");
        MessageConsumer consumer = session.createConsumer(queue);
        Texts.expect(consumer, "a");
        Texts.send(session, session.createQueue("out"), "1");
        broker.restart();
        session.rollback();
        Texts.assertRedelivered(Texts.expect(consumer, "a"), 2);
        Texts.assertFirst(Texts.expect(consumer, "b"));
        session.commit();
        assertNull(connection.createSession().createConsumer(queue).receiveNoWait());
        assertNull(
                connection
                        .createSession()
                        .createConsumer(session.createQueue("out"))
                        .receiveNoWait());
    }

    @Test
    void commitWaitsForTheBroker() throws Exception {
        Connection connection = connect("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a");
        session.commit();
        Texts.send(session, queue, "b");
        broker.stop();
        Background<Boolean> committing = Background.run(session::commit);
        committing.awaitBlocked();
        assertFalse(committing.isDone());
        broker.start();
        committing.result();
        assertEquals(
                List.of("a", "b"),
                Texts.receive(connect("").createSession().createConsumer(queue), 2));
    }

    @Test
    void aCommitThatCannotReachTheBrokerSaysThatNothingHappened() throws Exception {
        Connection connection = connect("?reconnect.max.ms=300");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        Queue queue = session.createQueue("work");
        Texts.send(session, queue, "a");
        session.commit();
        broker.stop();
        JMSException lost =
                assertThrows(
                        JMSException.class,
                        () -> Texts.send(connection.createSession(), queue, "x"));
        assertEquals("UNAVAILABLE", lost.getErrorCode());
        assertThrows(JMSException.class, () -> Texts.send(session, queue, "b"));
        session.close();
        broker.start();
        MessageConsumer consumer = connect("").createSession().createConsumer(queue);
        Texts.expect(consumer, "a");
        assertNull(consumer.receiveNoWait());
    }
}
