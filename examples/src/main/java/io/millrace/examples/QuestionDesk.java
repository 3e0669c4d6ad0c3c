package io.millrace.examples;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Answers questions about the quakes in the archive: request and reply.
 *
 * <p>A question says where its answer is to go ({@code JMSReplyTo}); the answer says which question
 * it belongs to ({@code JMSCorrelationID}, the question's message id). {@link QuestionAsker} is the
 * other side.
 */
public final class QuestionDesk {

    private final ConnectionFactory factory;
    private final Path archive;
    private final Consumer<String> say;

    /** A desk that reads the archive's file anew for each question. */
    QuestionDesk(ConnectionFactory factory, Path archive, Consumer<String> say) {
        this.factory = factory;
        this.archive = archive;
        this.say = say;
    }

    public static void main(String[] arguments) {
        Settings settings = Settings.fromCommandLine(arguments);
        ConnectionFactory factory = settings.connectionFactory();
        new QuestionDesk(factory, settings.resultFile("archive"), System.out::println)
                .run(() -> true);
    }

    /** Answers for as long as it is told to go on. */
    void run(BooleanSupplier goOn) {
        try (JMSContext context = factory.createContext()) {
            JMSProducer producer = context.createProducer();
            JMSConsumer questions =
                    context.createConsumer(context.createQueue(QuakeMessage.QUESTIONS));
            while (goOn.getAsBoolean()) {
                Message question = questions.receive(100);
                if (question != null) {
                    reply(question, context, producer);
                }
            }
        }
    }

    private void reply(Message question, JMSContext context, JMSProducer producer) {
        try {
            Destination asker = question.getJMSReplyTo();
            if (asker == null || !(question instanceof TextMessage)) {
                return; // Nobody waits for an answer, or it is no question.
            }
            String words = question.getBody(String.class);
            TextMessage reply =
                    context.createTextMessage(answer(words, ArchiveSubscriber.quakes(archive)));
            reply.setJMSCorrelationID(question.getJMSMessageID());
            producer.send(asker, reply);
            say.accept(words + "? " + reply.getText());
        } catch (InvalidDestinationRuntimeException e) {
            // The asker's temporary queue went with its connection: it died, or lost patience.
            say.accept("An asker has gone without waiting for the answer.");
        } catch (JMSException e) {
            throw QuakeMessage.unchecked(e);
        }
    }

    /** The answer, in words. Pure, so that it can be tested without a broker. */
    static String answer(String question, List<Quake> quakes) {
        String words = question.strip();
        if (words.equals("how many")) {
            return Integer.toString(quakes.size());
        }
        if (words.startsWith("how many in ")) {
            String region = words.substring("how many in ".length());
            return Long.toString(
                    quakes.stream().filter(quake -> quake.region().equals(region)).count());
        }
        return switch (words) {
            case "strongest" ->
                    greatest(quakes, Comparator.comparingDouble(Quake::magnitude))
                            .map(quake -> "magnitude " + quake.magnitude() + ", " + quake.place())
                            .orElse("none yet");
            case "deepest" ->
                    greatest(quakes, Comparator.comparingDouble(Quake::depthKm))
                            .map(quake -> quake.depthKm() + " km, " + quake.place())
                            .orElse("none yet");
            default ->
                    "The desk knows: how many, how many in REGION, strongest, deepest; not: "
                            + words;
        };
    }

    private static Optional<Quake> greatest(List<Quake> quakes, Comparator<Quake> order) {
        return quakes.stream().max(order);
    }
}
