package io.millrace.simulation;

import io.millrace.jms.client.ConsumerCore;
import io.millrace.wire.DeliveredRun;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.MessageHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what applications see with what they were promised. Knows nothing of brokers: only
 * sends, deliveries and acknowledgements.
 */
final class Oracle {

    private final Trace trace;
    private final Coverage coverage;
    private final Map<Long, Sent> messages = new LinkedHashMap<>();
    private final Map<String, Book> booksBySubscription = new LinkedHashMap<>();
    private final Lives lives = new Lives();
    private final GroupWatch groups = new GroupWatch(lives);
    private final RewindWatch rewinds;
    private long lastId;

    Oracle(Trace trace, Coverage coverage) {
        this.trace = trace;
        this.coverage = coverage;
        this.rewinds = new RewindWatch(booksBySubscription, messages, trace, coverage);
    }

    // --- subscriptions ---

    /** Consumers of a queue are about to be, or a subscription on a topic is. */
    void subscribed(String subscription, String destination, boolean exclusive) {
        booksBySubscription.computeIfAbsent(subscription, name -> new Book(destination, exclusive));
    }

    /** A subscription has a selector. */
    void selective(String subscription) {
        booksBySubscription.computeIfPresent(
                subscription,
                (name, book) -> {
                    book.selective = true;
                    return book;
                });
    }

    /** A queue or a durable subscription exists: it gets whatever is sent to it from now on. */
    void lasting(String subscription, String destination, boolean exclusive) {
        booksBySubscription.computeIfAbsent(subscription, name -> new Book(destination, exclusive))
                        .owed =
                true;
    }

    /** A durable subscription, or a queue, is gone for good: nobody is owed anything. */
    void unsubscribed(String subscription) {
        messages.values().forEach(sent -> sent.owedTo.remove(subscription));
        booksBySubscription.remove(subscription);
    }

    // --- sends ---

    /** A message is about to be sent; returns its id. */
    long sending(String destination, String producer, boolean persistent) {
        Sent sent = new Sent(++lastId, destination, producer, persistent, lives.crashes());
        coverage.happened(persistent ? "seen sent" : "seen sent non-persistent");
        boolean arranged = Record.isArranged(destination);
        booksBySubscription.forEach(
                (name, book) -> {
                    if (book.owed
                            && !(arranged && Record.isPerishable(sent.id))
                            && book.destination.equals(destination)
                            && (!book.selective || Record.isSelected(sent.id))) {
                        sent.owedTo.add(name);
                    }
                });
        messages.put(sent.id, sent);
        groups.sent(sent);
        return sent.id;
    }

    /** A message is about to be sent in a transaction; returns its id. */
    long sending(
            String destination,
            String producer,
            boolean persistent,
            TransactionRecord transaction) {
        long id = sending(destination, producer, persistent);
        sent(id).transaction = transaction;
        transaction.sent.add(id);
        return id;
    }

    void confirmed(long id) {
        sent(id).fate = Sent.Fate.CONFIRMED;
        trace.mark(id, () -> "confirmed " + id);
    }

    /** A send failed; whether it may have been stored depends on why. */
    void refused(long id, ErrorCode code, String why) {
        Sent sent = sent(id);
        trace.mark(id, () -> "refused " + id + ": " + why);
        boolean unknown = code == ErrorCode.UNAVAILABLE || code == ErrorCode.PRODUCER_EXPIRED;
        sent.fate = unknown ? Sent.Fate.UNKNOWN : Sent.Fate.REFUSED;
        if (!unknown) {
            booksBySubscription.forEach(
                    (name, book) -> {
                        Book.Copy copy = book.copies.get(id);
                        if (copy != null && !copy.leftAt.isEmpty()) {
                            throw refusedButGiven(id, name);
                        }
                    });
        }
        if (code == ErrorCode.PROTOCOL || code == ErrorCode.PRODUCER_EXPIRED) {
            throw new Violation(
                    Check.NO_REFUSAL_WITHOUT_CAUSE, "message " + id + " was refused: " + why);
        }
    }

    /** Whoever sent it died before it knew. */
    void senderDied(long id) {
        Sent sent = sent(id);
        if (sent.fate == Sent.Fate.UNDER_WAY) {
            sent.fate = Sent.Fate.UNKNOWN;
        }
    }

    private Sent sent(long id) {
        Sent sent = messages.get(id);
        if (sent == null) {
            throw new Violation(Check.DELIVERED_WAS_SENT, "message " + id + " was never sent");
        }
        return sent;
    }

    /** When brokers start and fail. */
    Lives lives() {
        return lives;
    }

    /** Who has which group. */
    GroupWatch groups() {
        return groups;
    }

    /** What was taken back in time. */
    RewindWatch rewinds() {
        return rewinds;
    }

    // --- deliveries ---

    /** A message left its broker when it was due, and nothing of its group is elsewhere. */
    void given(
            SimulatedConsumer.Source source,
            Object consumer,
            ConsumerCore.Given given,
            Network.Departure departure) {
        long id = Record.id(given);
        Lives.requireDue(
                id, MessageHead.deliveryTime(given.run().array(), given.position()), departure);
        groups.given(sent(id), consumer, source.selector() != null, departure);
    }

    /**
     * An application got a message.
     *
     * @param leftAt when it left its broker: what was under way, or in a client's buffer, when
     *     somebody else got and acknowledged a copy cannot know of that
     */
    void given(String subscription, String consumer, long id, DeliveredRun run, long leftAt) {
        int deliveryCount = run.deliveryCount();
        coverage.happened(deliveryCount > 1 ? "seen delivered again" : "seen delivered");
        trace.mark(
                id, () -> consumer + " of " + subscription + " gets " + id + " x" + deliveryCount);
        Sent sent = sent(id);
        if (sent.transaction != null) {
            seen(sent.transaction, id, leftAt);
        }
        sent.given(subscription);
        Book book = booksBySubscription.get(subscription);
        if (book == null) {
            return;
        }
        if (!book.destination.equals(sent.destination)) {
            throw new Violation(
                    Check.DELIVERED_WAS_SENT,
                    "message " + id + " went to " + sent.destination + ", not to " + subscription);
        }
        if (sent.fate == Sent.Fate.REFUSED) {
            throw refusedButGiven(id, subscription);
        }
        if (book.selective) {
            requireSelected(id, consumer);
        }
        Book.Copy copy = book.copies.computeIfAbsent(id, key -> new Book.Copy());
        String where = "message " + id + " at " + consumer + " of " + subscription;
        if (run.replay()) {
            rewinds.replayed(subscription, copy, deliveryCount, leftAt, where);
            sent.mayDie(subscription);
            return;
        }
        if (leftAt > copy.confirmedAt) {
            throw new Violation(
                    Check.ACKNOWLEDGED_STAYS_AWAY,
                    where + " was acknowledged before, and that was confirmed");
        }
        copy.requireCounted(leftAt, deliveryCount, where);
        copy.leftAt.add(leftAt);
        if (!sent.persistent) {
            lives.requireOne(copy, leftAt, where);
        }
        sent.mayDie(subscription);
        if (book.exclusive && deliveryCount == 1) {
            book.requireInOrder(sent, where);
        }
    }

    /** A consumer with a selector got a message. */
    void requireSelected(long id, String consumer) {
        if (!Record.isSelected(id)) {
            throw new Violation(
                    Check.DELIVERED_WAS_SENT,
                    "message " + id + " does not match the selector of " + consumer);
        }
    }

    // --- browsers ---

    /** What is confirmed and on a queue: whoever looks now sees it, unless it is acknowledged. */
    List<Long> visibleOn(String queue) {
        Book book = booksBySubscription.get(queue);
        return messages.values().stream()
                .filter(sent -> sent.fate == Sent.Fate.CONFIRMED && sent.destination.equals(queue))
                .filter(sent -> book != null && !isAccepted(book, sent.id))
                .filter(Sent::isLasting)
                .map(sent -> sent.id)
                .toList();
    }

    private static boolean isAccepted(Book book, long id) {
        Book.Copy copy = book.copies.get(id);
        return copy != null && (copy.accepted || copy.deciding);
    }

    /**
     * A browser saw a message.
     *
     * @param askedAt when it asked
     */
    void browsed(String queue, String browser, long id, long askedAt) {
        Sent sent = sent(id);
        Book book = booksBySubscription.get(queue);
        if (!sent.destination.equals(queue)) {
            throw new Violation(
                    Check.DELIVERED_WAS_SENT,
                    "message " + id + " went to " + sent.destination + ", not to " + queue);
        }
        if (sent.transaction != null) {
            // When it left its broker, nobody can say.
            seen(sent.transaction, id, Long.MAX_VALUE - 1);
        }
        if (sent.fate == Sent.Fate.REFUSED) {
            throw refusedButGiven(id, browser);
        }
        Book.Copy copy = book == null ? null : book.copies.get(id);
        if (copy != null
                && copy.confirmedAt < askedAt
                && !rewinds.mayComeAgain(queue, copy.confirmedAt)) {
            throw new Violation(
                    Check.ACKNOWLEDGED_STAYS_AWAY,
                    "message " + id + " was acknowledged before " + browser + " looked for it");
        }
    }

    /** A browser is at the end: what it did not see must have been acknowledged. */
    void requireSeen(String queue, String browser, List<Long> missed) {
        Book book = booksBySubscription.get(queue);
        for (long id : missed) {
            if (book != null
                    && !isAccepted(book, id)
                    && !sent(id).maybeDead
                    && !lives.mayBeLost(sent(id))) {
                throw new Violation(
                        Check.CONFIRMED_IS_KEPT,
                        "message " + id + " of " + queue + " is not seen by " + browser);
            }
        }
    }

    private static Violation refusedButGiven(long id, String subscription) {
        return new Violation(
                Check.REFUSED_IS_NOT_STORED,
                "the send of message " + id + " failed, but " + subscription + " got it");
    }

    /**
     * A consumer that gave messages back gets one: none of its producer's with the same priority
     * may come later, unless it expires or waits for a while.
     */
    void requireOrder(TreeSet<Long> toComeAgain, long id, String consumer) {
        Sent sent = sent(id);
        if (sent.destination.endsWith(Record.DELAYING)) {
            return;
        }
        boolean arranged = Record.isArranged(sent.destination);
        for (long earlier : toComeAgain.headSet(id)) {
            boolean ordered =
                    sent(earlier).isLasting()
                            && (!arranged || Record.priority(earlier) == Record.priority(id));
            if (ordered
                    && sent(earlier).producerAndMode().equals(sent.producerAndMode())
                    && !lives.mayBeLost(sent(earlier))) {
                throw new Violation(
                        Check.ORDER,
                        "message "
                                + id
                                + " reaches "
                                + consumer
                                + " before "
                                + earlier
                                + ", which it gave back");
            }
        }
    }

    /** An application is done with a message. */
    void accepted(String subscription, long id) {
        Book book = booksBySubscription.get(subscription);
        Book.Copy copy = book == null ? null : book.copies.get(id);
        if (copy != null) {
            copy.accepted = true;
        }
    }

    /** The broker confirmed an acknowledgement. */
    void acceptConfirmed(String subscription, long id, long nowNanos) {
        trace.mark(~id, () -> subscription + " has settled " + id);
        Book book = booksBySubscription.get(subscription);
        Book.Copy copy = book == null ? null : book.copies.get(id);
        if (copy != null) {
            copy.confirmedAt = Math.min(copy.confirmedAt, nowNanos);
        }
    }

    // --- transactions ---

    /** Somebody got a message that was sent in a transaction: so all of it happened before. */
    private void seen(TransactionRecord transaction, long id, long leftAt) {
        if (transaction.outcome == TransactionRecord.Outcome.OPEN
                || transaction.outcome == TransactionRecord.Outcome.ROLLED_BACK) {
            throw new Violation(
                    Check.TRANSACTION_IS_WHOLE,
                    "message " + id + " is seen, but its transaction is " + transaction);
        }
        transaction.seenAt = Math.min(transaction.seenAt, leftAt);
        if (transaction.outcome != TransactionRecord.Outcome.DECIDING) {
            happened(transaction, transaction.seenAt);
        }
    }

    /** A commit is asked for. */
    void deciding(TransactionRecord transaction) {
        trace.mark(transaction.sent.size(), () -> "deciding " + transaction);
        transaction.outcome = TransactionRecord.Outcome.DECIDING;
        deciding(transaction, true);
    }

    private void deciding(TransactionRecord transaction, boolean value) {
        for (TransactionRecord.Received received : transaction.received) {
            Book.Copy copy = copy(received);
            if (copy != null) {
                copy.deciding = value;
            }
        }
    }

    /** A commit was confirmed. */
    void committed(TransactionRecord transaction, long nowNanos) {
        trace.mark(nowNanos, () -> "committed " + transaction);
        transaction.outcome = TransactionRecord.Outcome.COMMITTED;
        for (TransactionRecord.Received received : transaction.received) {
            Book.Copy copy = copy(received);
            if (copy != null) {
                TransactionRecord other = copy.committedBy;
                if (other != null) {
                    throw new Violation(
                            Check.TRANSACTION_IS_WHOLE,
                            received
                                    + " was received in two transactions that were committed: "
                                    + other
                                    + " and "
                                    + transaction);
                }
                copy.committedBy = transaction;
            }
        }
        happened(transaction, Math.min(nowNanos, transaction.seenAt));
    }

    /** What a transaction sent is owed, and what it received stays away. */
    private void happened(TransactionRecord transaction, long when) {
        transaction.sent.forEach(id -> sent(id).fate = Sent.Fate.CONFIRMED);
        for (TransactionRecord.Received received : transaction.received) {
            accepted(received.subscription(), received.id());
            Book.Copy copy = copy(received);
            if (copy != null) {
                copy.confirmedAt = Math.min(copy.confirmedAt, when);
            }
        }
    }

    private Book.@Nullable Copy copy(TransactionRecord.Received received) {
        Book book = booksBySubscription.get(received.subscription());
        return book == null ? null : book.copies.get(received.id());
    }

    /** Nothing of a transaction happened or will. */
    void rolledBack(TransactionRecord transaction, String why) {
        trace.mark(
                ~(long) transaction.sent.size(), () -> "rolled back " + transaction + ": " + why);
        if (transaction.isSeen()) {
            throw new Violation(
                    Check.TRANSACTION_IS_WHOLE,
                    "some of it was seen, but rolled back is " + transaction + ": " + why);
        }
        transaction.outcome = TransactionRecord.Outcome.ROLLED_BACK;
        deciding(transaction, false);
        transaction.sent.forEach(id -> sent(id).fate = Sent.Fate.REFUSED);
    }

    /** A commit was asked for, and nobody is left to hear the answer. */
    void undecided(TransactionRecord transaction) {
        trace.mark(transaction.sent.size(), () -> "not known of " + transaction);
        transaction.outcome = TransactionRecord.Outcome.UNKNOWN;
        transaction.sent.forEach(this::senderDied);
        // Perhaps nobody gets again what it received.
        transaction.received.forEach(received -> accepted(received.subscription(), received.id()));
        if (transaction.isSeen()) {
            happened(transaction, transaction.seenAt);
        }
    }

    // --- the end ---

    /** What is confirmed and nobody has processed; empty when everything has drained. */
    List<String> undelivered() {
        List<String> left = new ArrayList<>();
        for (Sent sent : messages.values()) {
            if (sent.fate == Sent.Fate.CONFIRMED && !lives.mayBeLost(sent)) {
                for (String subscription : sent.owedTo) {
                    Book book = booksBySubscription.get(subscription);
                    Book.Copy copy = book == null ? null : book.copies.get(sent.id);
                    if (copy == null || !copy.accepted) {
                        left.add(
                                "message "
                                        + sent.id
                                        + " of "
                                        + subscription
                                        + (copy == null
                                                ? " never seen"
                                                : " given " + copy.leftAt.size() + " times"));
                    }
                }
            }
        }
        return left;
    }

    /** How many messages were sent. */
    long sentCount() {
        return lastId;
    }

    /** Sends whose fate nobody knows yet. */
    long underWay() {
        return messages.values().stream().filter(sent -> sent.fate == Sent.Fate.UNDER_WAY).count();
    }
}
