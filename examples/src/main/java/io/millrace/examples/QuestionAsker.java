package io.millrace.examples;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.Optional;

/**
 * Asks the {@link QuestionDesk} and waits for its answers, which come over a temporary queue: one
 * that the broker made up for this connection, that only this connection may receive from, and that
 * goes when the connection goes.
 *
 * <p>Used from one thread.
 */
public final class QuestionAsker implements AutoCloseable {

    private final JMSContext context;
    private final Queue desk;
    private final TemporaryQueue mailbox;
    private final JMSConsumer answers;

    QuestionAsker(ConnectionFactory factory) {
        context = factory.createContext();
        desk = context.createQueue(QuakeMessage.QUESTIONS);
        mailbox = context.createTemporaryQueue();
        answers = context.createConsumer(mailbox);
    }

    /** Arguments: the question, and options. */
    public static void main(String[] arguments) {
        Settings settings = Settings.fromCommandLine(arguments);
        String question = String.join(" ", settings.words());
        try (QuestionAsker asker = new QuestionAsker(settings.connectionFactory())) {
            System.out.println(asker.ask(question).orElse("No answer: is there a QuestionDesk?"));
        }
    }

    /** Asks, and waits up to ten seconds for the answer. */
    Optional<String> ask(String words) {
        try {
            TextMessage question = context.createTextMessage(words);
            question.setJMSReplyTo(mailbox);
            context.createProducer().send(desk, question);

            long deadline = System.nanoTime() + 10_000_000_000L;
            while (true) {
                long millisLeft = (deadline - System.nanoTime()) / 1_000_000;
                Message answer = millisLeft > 0 ? answers.receive(millisLeft) : null;
                if (answer == null) {
                    return Optional.empty();
                }
                // An answer that came too late for an earlier question is none to this one.
                if (question.getJMSMessageID().equals(answer.getJMSCorrelationID())) {
                    return Optional.of(answer.getBody(String.class));
                }
            }
        } catch (JMSException e) {
            throw QuakeMessage.unchecked(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
