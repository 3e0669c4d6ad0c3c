package io.millrace.jms.client;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What can be set for a connection, from the options of the URI.
 *
 * @param clientId {@code clientId}: preset client id
 * @param user {@code user}: user name when the application gives none
 * @param password {@code password}
 * @param trustedPackages {@code trustedPackages}: packages and classes, with commas, that objects
 *     of received messages may be of beside simple values of the JDK; {@code *} for all; default
 *     none
 * @param reconnectMaxMillis {@code reconnect.max.ms}: how long calls wait for a broker that is
 *     away; default 60,000
 * @param connectTimeoutMillis {@code connect.timeout.ms}: for one attempt, until the broker has
 *     answered; default 15,000
 * @param sendWindow {@code send.window}: most unconfirmed messages of a session; default 8,192
 * @param sendWindowBytes {@code send.window.bytes}: bytes of them; one message more may be added;
 *     default 8 MiB
 * @param sendBatchBytes {@code send.batch.bytes}: a batch is closed at this size; default 393,216
 * @param sendBatches {@code send.batches.in.flight}: unconfirmed batches beyond which messages are
 *     collected; default 8
 * @param consumerCredit {@code consumer.credit}: messages under way to a listener; default 16,384
 * @param consumerCreditBytes {@code consumer.credit.bytes}: bytes of them; default 8 MiB
 * @param receiveReadAhead {@code receive.readahead}: most messages fetched ahead of receive();
 *     default 1,024
 * @param autoAckConfirmed {@code autoAck}: {@code pipelined} (default) or {@code confirmed}
 * @param autoAckWindow {@code autoAck.window}: most messages given and not confirmed as
 *     acknowledged; default 8,192
 * @param transactionMessages {@code transaction.messages}: most messages that a transacted session
 *     sends before it commits; default 100,000
 * @param transactionBytes {@code transaction.bytes}: bytes of them; client and broker keep them in
 *     memory; default 16 MiB, which is what a broker takes by default
 * @param nonPersistentConfirmed {@code nonPersistent}: whether a synchronous send of a
 *     NON_PERSISTENT message waits until the broker has it: {@code confirmed}, or {@code
 *     unconfirmed} (default)
 */
public record ClientOptions(
        @Nullable String clientId,
        @Nullable String user,
        @Nullable String password,
        @Nullable String trustedPackages,
        int reconnectMaxMillis,
        int connectTimeoutMillis,
        int sendWindow,
        int sendWindowBytes,
        int sendBatchBytes,
        int sendBatches,
        int consumerCredit,
        int consumerCreditBytes,
        int receiveReadAhead,
        boolean autoAckConfirmed,
        int autoAckWindow,
        int transactionMessages,
        int transactionBytes,
        boolean nonPersistentConfirmed) {

    private static final String TRUSTED = "trustedPackages";
    private static final String AUTO_ACK = "autoAck";
    private static final String NON_PERSISTENT = "nonPersistent";
    private static final String CONFIRMED = "confirmed";

    /** Numbers: key, default, smallest, largest. */
    private enum Number {
        RECONNECT("reconnect.max.ms", 60_000, 0, Integer.MAX_VALUE),
        CONNECT("connect.timeout.ms", 15_000, 1, Integer.MAX_VALUE),
        SEND_WINDOW("send.window", 8_192, 1, 1 << 20),
        SEND_WINDOW_BYTES("send.window.bytes", 8 << 20, 1, 1 << 30),
        BATCH_BYTES("send.batch.bytes", 384 * 1024, 1, 4 << 20),
        BATCHES("send.batches.in.flight", 8, 1, 1_024),
        CREDIT("consumer.credit", 16_384, 1, 1 << 20),
        CREDIT_BYTES("consumer.credit.bytes", 8 << 20, 1_024, 1 << 30),
        READ_AHEAD("receive.readahead", 1_024, 1, 1 << 20),
        ACK_WINDOW("autoAck.window", 8_192, 1, 1 << 20),
        TRANSACTION_MESSAGES("transaction.messages", 100_000, 1, 1 << 20),
        TRANSACTION_BYTES("transaction.bytes", 16 << 20, 1_024, 1 << 30);

        private final String key;
        private final int standard;
        private final int smallest;
        private final int largest;

        Number(String key, int standard, int smallest, int largest) {
            this.key = key;
            this.standard = standard;
            this.smallest = smallest;
            this.largest = largest;
        }

        int of(Map<String, String> values) {
            String text = values.get(key);
            if (text == null) {
                return standard;
            }
            try {
                int value = Integer.parseInt(text);
                if (value >= smallest && value <= largest) {
                    return value;
                }
            } catch (NumberFormatException notANumber) {
                // Refused below, like a number out of range.
            }
            throw new IllegalArgumentException(
                    "Expected option "
                            + key
                            + " to be "
                            + smallest
                            + " to "
                            + largest
                            + ", but it is "
                            + text);
        }
    }

    /** Reads options. Unknown ones are errors that list the known ones. */
    public static ClientOptions parse(Map<String, String> values) {
        TreeSet<String> known = new TreeSet<>();
        for (Number number : Number.values()) {
            known.add(number.key);
        }
        known.add(TRUSTED);
        known.addAll(java.util.List.of("clientId", "user", "password", AUTO_ACK, NON_PERSISTENT));
        TreeMap<String, String> unknown = new TreeMap<>(values);
        unknown.keySet().removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected only the options "
                            + known
                            + ", and for an embedded broker ones that begin with broker., but there are also "
                            + unknown.keySet());
        }
        return new ClientOptions(
                values.get("clientId"),
                values.get("user"),
                values.get("password"),
                values.get(TRUSTED),
                Number.RECONNECT.of(values),
                Number.CONNECT.of(values),
                Number.SEND_WINDOW.of(values),
                Number.SEND_WINDOW_BYTES.of(values),
                Number.BATCH_BYTES.of(values),
                Number.BATCHES.of(values),
                Number.CREDIT.of(values),
                Number.CREDIT_BYTES.of(values),
                Number.READ_AHEAD.of(values),
                isConfirmed(values, AUTO_ACK, "pipelined"),
                Number.ACK_WINDOW.of(values),
                Number.TRANSACTION_MESSAGES.of(values),
                Number.TRANSACTION_BYTES.of(values),
                isConfirmed(values, NON_PERSISTENT, "unconfirmed"));
    }

    private static boolean isConfirmed(Map<String, String> values, String key, String standard) {
        String text = values.getOrDefault(key, standard);
        if (!text.equals(standard) && !text.equals(CONFIRMED)) {
            throw new IllegalArgumentException(
                    "Expected option "
                            + key
                            + " to be "
                            + standard
                            + " or "
                            + CONFIRMED
                            + ", but it is "
                            + text);
        }
        return text.equals(CONFIRMED);
    }
}
