package io.millrace.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.Connection;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;

/** Jakarta Messaging 3.1, 4.1.5 and 6.2.2. */
class TemporaryQueueTest {

    @OverEachUri
    void answersComeToTheReplyQueueFromAnotherConnection(Provider provider) throws Exception {
        Session asker = provider.started().createSession();
        Queue desk = asker.createQueue("desk");
        TemporaryQueue replies = asker.createTemporaryQueue();
        MessageConsumer answers = asker.createConsumer(replies);
        TextMessage question = asker.createTextMessage("how deep?");
        question.setJMSReplyTo(replies);
        asker.createProducer(desk).send(question);

        Session answerer = provider.started().createSession();
        Message asked = Texts.expect(answerer.createConsumer(desk), "how deep?");
        TextMessage answer = answerer.createTextMessage("ten");
        answer.setJMSCorrelationID(asked.getJMSMessageID());
        answerer.createProducer(asked.getJMSReplyTo()).send(answer);
        assertEquals(
                question.getJMSMessageID(), Texts.expect(answers, "ten").getJMSCorrelationID());
    }

    @OverEachUri
    void onlyTheOwnConnectionConsumes(Provider provider) throws Exception {
        Connection owner = provider.started();
        TemporaryQueue queue = owner.createSession().createTemporaryQueue();
        Session stranger = provider.started().createSession();
        assertThrows(JMSException.class, () -> stranger.createConsumer(queue));
        Texts.send(stranger, queue, "hello");
        Texts.expect(owner.createSession().createConsumer(queue), "hello");
    }

    @OverEachUri
    void deleteIsRefusedWhileItHasConsumers(Provider provider) throws Exception {
        Session session = provider.started().createSession();
        TemporaryQueue queue = session.createTemporaryQueue();
        MessageConsumer consumer = session.createConsumer(queue);
        assertThrows(JMSException.class, queue::delete);
        Texts.send(session, queue, "still there");
        Texts.expect(consumer, "still there");
        consumer.close();
        queue.delete();
        assertThrows(
                InvalidDestinationException.class, () -> Texts.send(session, queue, "too late"));
    }

    @OverEachUri
    void itIsGoneWithItsConnection(Provider provider) throws Exception {
        Connection owner = provider.started();
        TemporaryQueue queue = owner.createSession().createTemporaryQueue();
        Session stranger = provider.started().createSession();
        Texts.send(stranger, queue, "in time");
        owner.close();
        assertThrows(
                InvalidDestinationException.class, () -> Texts.send(stranger, queue, "too late"));
    }
}
