package io.millrace.core.partition;

import io.millrace.core.FilterWords;
import io.millrace.core.Origin;
import io.millrace.wire.BodyReference;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.TransactionId;
import io.millrace.wire.WireOutput;

/**
 * Messages with a body elsewhere, and what such bodies are made of, in the words of transcripts.
 */
final class BodyWords {

    private BodyWords() {}

    /**
     * {@code body LINK NAME}; {@code part LINK BODY PRODUCER SEQUENCE BYTES [expires=]}; {@code
     * refer}, {@code refer-np} {@code LINK DESTINATION PRODUCER SEQUENCE BODY BYTES PARTS
     * [expires=]}; {@code tx-refer LINK DESTINATION PRODUCER TRANSACTION SEQUENCE BODY BYTES
     * PARTS}; {@code branch-refer LINK DESTINATION SESSION BRANCH SEQUENCE BODY BYTES PARTS};
     * {@code bury-large LINK SUBSCRIPTION SEQUENCE BODY BYTES PARTS}.
     */
    static PartitionCommand command(Origin origin, String[] words) {
        return switch (words[0]) {
            case "body" ->
                    new PartitionCommand.OpenTemporary(origin, 1, DestinationKind.BODY, words[2]);
            case "part" ->
                    enqueue(
                            origin,
                            words[2],
                            part(
                                    producer(words[3]),
                                    number(words[4]),
                                    expiration(words),
                                    (int) number(words[5])));
            case "tx-refer" ->
                    enqueue(
                            origin,
                            words[2],
                            referring(
                                    producer(words[3]),
                                    new TransactionId(producer(words[3]), number(words[4]))
                                            .toBytes(),
                                    number(words[5]),
                                    true,
                                    0,
                                    reference(words, 6)));
            case "branch-refer" ->
                    enqueue(
                            origin,
                            words[2],
                            referring(
                                    producer(words[3]),
                                    BranchWords.branch(words[4]).toBytes(),
                                    number(words[5]),
                                    true,
                                    0,
                                    reference(words, 6)));
            case "bury-large" ->
                    new PartitionCommand.BuryDeadLetter(
                            number(words[2]),
                            number(words[3]),
                            null,
                            referring(
                                    producer("1"),
                                    new byte[0],
                                    number(words[3]),
                                    true,
                                    0,
                                    reference(words, 4)));
            default -> refer(origin, words);
        };
    }

    private static PartitionCommand refer(Origin origin, String[] words) {
        return enqueue(
                origin,
                words[2],
                referring(
                        producer(words[3]),
                        new byte[0],
                        number(words[4]),
                        !words[0].equals("refer-np"),
                        expiration(words),
                        reference(words, 5)));
    }

    private static long expiration(String[] words) {
        String expires = FilterWords.value(words, "expires=");
        return expires == null ? 0 : number(expires);
    }

    private static BodyReference reference(String[] words, int at) {
        return new BodyReference(
                0, number(words[at]), number(words[at + 1]), (int) number(words[at + 2]), 0);
    }

    private static PartitionCommand enqueue(Origin origin, String destination, MessageBatch batch) {
        return new PartitionCommand.Enqueue(origin, 1, 0, number(destination), batch);
    }

    /** One part of a body. */
    static MessageBatch part(Id128 producer, long sequence, long expiration, int bytes) {
        return batch(
                producer,
                new byte[0],
                sequence,
                MessageHead.PERSISTENT,
                expiration,
                new byte[bytes]);
    }

    /** A message whose body is elsewhere. */
    static MessageBatch referring(
            Id128 producer,
            byte[] transactionId,
            long sequence,
            boolean persistent,
            long expiration,
            BodyReference reference) {
        WireOutput body = new WireOutput(BodyReference.BYTES);
        reference.writeTo(body);
        int flags = MessageHead.BODY_ELSEWHERE | (persistent ? MessageHead.PERSISTENT : 0);
        return batch(producer, transactionId, sequence, flags, expiration, body.toByteArray());
    }

    private static MessageBatch batch(
            Id128 producer,
            byte[] transactionId,
            long sequence,
            int flags,
            long expiration,
            byte[] body) {
        WireOutput to = new WireOutput(64);
        MessageBatch.writeHeader(to, producer, sequence, 1_000, transactionId);
        MessageBatch.setCount(to, 0, 1);
        int start = MessageHead.begin(to, new MessageHead.Fields(flags, 4, 2, 0, 0, expiration, 0));
        int bodyStart = to.size();
        to.writeBytes(body, 0, body.length);
        MessageHead.finish(to, start, bodyStart, bodyStart);
        MessageBatch batch = new MessageBatch(to.toByteArray(), 0, to.size());
        batch.validate();
        return batch;
    }

    private static Id128 producer(String word) {
        return new Id128(9, number(word));
    }

    private static long number(String word) {
        return Long.parseLong(word);
    }
}
