package io.millrace.server.configuration;

import org.jspecify.annotations.Nullable;

/**
 * A key of a broker's configuration. Those that Apache Kafka has too mean the same here and are
 * counted in the same units.
 */
public enum BrokerKey {
    LISTENERS(
            "listeners",
            Where.COMMAND,
            ValueForm.text("`HOST:PORT`, several with commas between"),
            "127.0.0.1:5670",
            "Addresses to listen on; port 0 for a free one. An IPv6 address stands in brackets."),
    LOG_DIRS(
            "log.dirs",
            Where.COMMAND,
            ValueForm.text("a directory"),
            null,
            "Directory of the log; made if missing. One broker at a time can have it."),
    NETWORK_THREADS(
            "num.network.threads",
            Where.COMMAND,
            ValueForm.number(1, 256),
            "1",
            "Threads that serve the sockets."),
    METRICS_LISTENER(
            "metrics.listener",
            Where.COMMAND,
            ValueForm.text("`HOST:PORT`"),
            null,
            "Address at which metrics can be had over HTTP, at `/metrics`, in the form of Prometheus; port 0 for a"
                    + " free one. Without the key there are none. Whoever reaches the address may read them."),
    USERS(
            "users",
            Where.BROKER,
            ValueForm.text("a file"),
            null,
            "Who may connect, see `millrace user`. Without the key, the file `users` in the directory of"
                    + " the log counts if there is one; without either, everybody may."),
    SEGMENT_BYTES(
            "log.segment.bytes",
            Where.BROKER,
            ValueForm.number(1 << 20, 1 << 30),
            "" + (64 << 20),
            "Size of a segment of the log, the unit in which space is given back, in bytes, a multiple of 4,096. A transaction"
                    + " can have a quarter of it, at most 16 MiB."),
    RESERVE_BYTES(
            "log.reserve.bytes",
            Where.BROKER,
            ValueForm.number(0, Long.MAX_VALUE / 2),
            "" + (256 << 20),
            "While fewer bytes are free on the disk, nothing is taken from producers, and dead letters stay"
                    + " where they are, so that there is room for acknowledgements; 0 for no reserve. Should"
                    + " be four segments at least. What is retained is not given up for it."),
    RECOVERY_THREADS(
            "log.recovery.threads",
            Where.BROKER,
            ValueForm.number(0, 256),
            "1",
            "Threads that read and check what a start has to read of a log: what was written since its last"
                    + " checkpoint, and the directories of its segments. Only a long log has more than one. Each"
                    + " needs some 8 MiB meanwhile, and all together an eighth of the heap at most; 0 for as many as there are"
                    + " processors, at most 16."),
    RETENTION_HOURS(
            "log.retention.hours",
            "retention.hours",
            ValueForm.number(-1, 1_000_000),
            "0",
            "Consumed messages stay in the log for so many hours; 0 says nothing, -1 for ever."),
    RETENTION_BYTES(
            "log.retention.bytes",
            "retention.bytes",
            ValueForm.number(-1, Long.MAX_VALUE),
            "0",
            "So many bytes of consumed messages of a destination stay in the log; 0 says nothing, -1 all."
                    + " If hours are given too, what is beyond either goes."),
    CATCH_UP_BYTES(
            "catch.up.bytes.per.second",
            Where.BROKER,
            ValueForm.number(0, Long.MAX_VALUE / 2),
            "" + (52 << 20),
            "So many bytes of messages a second are read for consumers that are far behind, all together,"
                    + " while other consumers get what is new, so that these do not wait for them; twice"
                    + " what comes in if that is more; 0 for as fast as possible."),
    MESSAGE_BYTES(
            "message.max.bytes",
            Where.BROKER,
            ValueForm.number(1, 1 << 30),
            "" + (1 << 30),
            "Largest body of a message, in bytes; 1 GiB at most. A larger one is refused with a"
                    + " `MessageFormatException` before it leaves the client. Headers and properties are limited"
                    + " by a frame, 16 MiB."),
    STAGED_BYTES(
            "transactions.staged.bytes",
            Where.BROKER,
            ValueForm.number(64 << 10, Integer.MAX_VALUE),
            "" + (128 << 20),
            "Memory for what is sent in transactions and not committed yet, of all sessions together, in"
                    + " bytes. Beyond it, the transaction that sends more is rolled back."),
    PREPARED_ALARM_MILLIS(
            "transactions.prepared.alarm.ms",
            Where.BROKER,
            ValueForm.number(0, ValueForm.WEEK_MILLIS),
            "3600000",
            "A branch of a distributed transaction that has been prepared for so many milliseconds, and that nobody"
                    + " decides, is worth a warning in the broker's log, once; 0 for never."),
    TRANSACTION_MILLIS(
            "transactions.timeout.ms",
            Where.BROKER,
            ValueForm.number(1_000, ValueForm.WEEK_MILLIS),
            "3600000",
            "A session's transaction that is not committed so long after its first messages reached the"
                    + " broker is rolled back, in milliseconds; its commit throws a"
                    + " `TransactionRolledBackException`. For branches of distributed transactions their"
                    + " transaction manager says how long."),
    MAX_DELIVERIES(
            "max.deliveries",
            Where.EACH_DESTINATION,
            ValueForm.number(0, 1_000_000),
            "10",
            "What was given back so often moves to the queue of dead letters; 0 for never."),
    REDELIVERY_DELAY_MILLIS(
            "redelivery.delay.ms",
            Where.EACH_DESTINATION,
            ValueForm.number(0, ValueForm.WEEK_MILLIS),
            "0",
            "How many milliseconds it waits before it comes again; others are delivered meanwhile."),
    REDELIVERY_BACK_OFF(
            "redelivery.backoff",
            Where.EACH_DESTINATION,
            ValueForm.decimal(1, 100),
            "1",
            "By what the delay is multiplied each time."),
    REDELIVERY_MAX_DELAY_MILLIS(
            "redelivery.max.delay.ms",
            Where.EACH_DESTINATION,
            ValueForm.number(0, ValueForm.WEEK_MILLIS),
            "60000",
            "The longest delay, in milliseconds."),
    DEAD_LETTERS(
            "dead.letters",
            Where.EACH_DESTINATION,
            ValueForm.text("the name of a queue"),
            "DLQ",
            "The queue of dead letters, made when it is first needed."),
    MAX_WAITING_MESSAGES(
            "max.waiting.messages",
            Where.EACH_DESTINATION,
            ValueForm.number(0, Long.MAX_VALUE),
            "0",
            "How many messages may wait in a destination, in the subscription that is furthest behind; 0 for"
                    + " any number. One in which nothing waits takes any batch."),
    MAX_WAITING_BYTES(
            "max.waiting.bytes",
            Where.EACH_DESTINATION,
            ValueForm.number(0, Long.MAX_VALUE),
            "0",
            "The same in bytes, by the sizes of the messages that came or went last."),
    WHEN_FULL(
            "when.full",
            Where.EACH_DESTINATION,
            ValueForm.choice("refuse", "block", "drop.oldest"),
            "refuse",
            "What becomes of a send to a full destination: it is refused at once with a"
                    + " `ResourceAllocationException`; or waits, and is refused after a time; or, if it is"
                    + " NON_PERSISTENT and to a topic, the oldest NON_PERSISTENT messages make room. A"
                    + " transaction for which there is no room is rolled back in each case."),
    WHEN_FULL_BLOCK_MILLIS(
            "when.full.block.ms",
            Where.EACH_DESTINATION,
            ValueForm.number(1, ValueForm.WEEK_MILLIS),
            "30000",
            "How long a send waits at most, in milliseconds, with `when.full=block`, and with it the closing of"
                    + " its producer. All that wait may have as many bytes as `transactions.staged.bytes`"
                    + " says, beside the transactions; what does not fit is refused at once.");

    /** Begins a key that is about one destination, or those whose names begin alike. */
    public static final String ONE_DESTINATION = "destination.";

    private enum Where {
        /** Only for {@code millrace broker}. */
        COMMAND,
        /** For a broker. */
        BROKER,
        /** The same, and for each destination by the same name. */
        EACH_DESTINATION
    }

    private final String key;
    private final @Nullable String destinationKey;
    private final boolean ofCommand;
    private final ValueForm form;
    private final @Nullable String standard;
    private final String meaning;

    BrokerKey(String key, Where where, ValueForm form, @Nullable String standard, String meaning) {
        this.key = key;
        this.destinationKey = where == Where.EACH_DESTINATION ? key : null;
        this.ofCommand = where == Where.COMMAND;
        this.form = form;
        this.standard = standard;
        this.meaning = meaning;
    }

    BrokerKey(String key, String destinationKey, ValueForm form, String standard, String meaning) {
        this.key = key;
        this.destinationKey = destinationKey;
        this.ofCommand = false;
        this.form = form;
        this.standard = standard;
        this.meaning = meaning;
    }

    /** As it is written. */
    public String key() {
        return key;
    }

    /** What it is called behind {@code destination.NAME.}; null if it is not about destinations. */
    @Nullable String destinationKey() {
        return destinationKey;
    }

    /** Whether only {@code millrace broker} has it, and no embedded broker. */
    boolean isOfCommand() {
        return ofCommand;
    }

    ValueForm form() {
        return form;
    }

    /** What counts if nothing is said; null for nothing. */
    @Nullable String standard() {
        return standard;
    }

    /** What it means, for people; Markdown. */
    String meaning() {
        return meaning;
    }
}
