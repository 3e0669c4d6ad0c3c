package io.millrace.core.partition;

import io.millrace.wire.MessageBatch;
import io.millrace.wire.MessageHead;
import io.millrace.wire.RangeSet;
import io.millrace.wire.SequenceRanges;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The message groups of a subscription (JMSXGroupID; Jakarta Messaging 3.1, 3.5.9): what of a group
 * is out is with one consumer, and it leaves in the order of its sequences, before priorities. A
 * group moves to another consumer when nothing of it is out.
 *
 * <p>Who has a group follows from what is out, so that it is as lasting as that. While something of
 * a group waits for the end of a delay, or is with the branch of a distributed transaction that is
 * not decided, nothing of it is handed out; what is not due yet keeps nothing back. Of each group
 * the next message is known, and offered to the one who has the group, or to all; so no dispatch
 * walks over what it cannot give. Groups are told apart by the hash of their name, 32 bits: two
 * with the same hash are one here.
 *
 * <p>Hard state is which sequences belong to which group; the rest is found anew from what is out,
 * postponed, or delayed. Costs nothing while there are no groups, and with them some 16 bytes for
 * each message that is not settled and 200 for each group. Owned by the partition's thread.
 */
final class Groups {

    private static final int PAGE_BITS = 10;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;
    private static final long NOTHING = -1;

    /** By sequence / 1,024, the hash of each member's group; other numbers mean nothing. */
    private final TreeMap<Long, int[]> hashPages = new TreeMap<>();

    /** All that belong to groups and are not settled. */
    private final SequenceSet members = new SequenceSet();

    private final Map<Integer, MessageGroup> groupsByHash = new HashMap<>();

    /** Those of the members that are out with a consumer. */
    private final SequenceSet out = new SequenceSet();

    /** Those that wait for the end of a delay, or for the decision of a branch that has them. */
    private final SequenceSet postponed = new SequenceSet();

    /** Those that are not due, or about to become dead letters. */
    private final SequenceSet away = new SequenceSet();

    /** The next message of each group that nobody has. */
    private final SequenceSet offeredToAll = new SequenceSet();

    private final Map<Holder, SequenceSet> offeredByHolder = new HashMap<>();

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** Whether a message of the batch belongs to a group. */
    static boolean areIn(MessageBatch batch) {
        for (int index = 0; index < batch.count(); index++) {
            if (isGrouped(batch, index)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isGrouped(MessageBatch batch, int index) {
        return (MessageHead.flags(batch.array(), batch.messageAt(index)) & MessageHead.HAS_GROUP)
                != 0;
    }

    // ---- what happens to messages ----

    /** Messages were stored, from a sequence on. */
    void stored(MessageBatch batch, long firstSequence, @Nullable Schedule schedule) {
        for (int index = 0; index < batch.count(); index++) {
            if (isGrouped(batch, index)) {
                long sequence = firstSequence + index;
                int hash = MessageHead.groupHash(batch.array(), batch.messageAt(index));
                if (schedule != null && schedule.delayed().contains(sequence)) {
                    away.add(sequence, sequence);
                }
                add(sequence, hash);
            }
        }
    }

    /** Messages that were settled wait again, in order; some may belong to groups. */
    void restored(List<RewoundMessage> messages, @Nullable Schedule schedule) {
        Map<Integer, List<Long>> sequencesByHash = new LinkedHashMap<>();
        for (RewoundMessage each : messages) {
            long sequence = each.sequence();
            if (each.grouped()) {
                remember(sequence, each.groupHash());
                if (schedule != null && schedule.delayed().contains(sequence)) {
                    away.add(sequence, sequence);
                }
                sequencesByHash
                        .computeIfAbsent(each.groupHash(), key -> new ArrayList<>())
                        .add(sequence);
            }
        }
        sequencesByHash.forEach(
                (hash, sequences) -> {
                    MessageGroup group =
                            groupsByHash.computeIfAbsent(hash, key -> new MessageGroup());
                    group.restore(sequences, members);
                    offer(group);
                });
    }

    private void remember(long sequence, int hash) {
        int[] page = hashPages.computeIfAbsent(sequence >> PAGE_BITS, key -> new int[PAGE_SIZE]);
        page[(int) (sequence & PAGE_SIZE - 1)] = hash;
        members.add(sequence, sequence);
    }

    private void add(long sequence, int hash) {
        remember(sequence, hash);
        MessageGroup group = groupsByHash.computeIfAbsent(hash, key -> new MessageGroup());
        group.add(sequence, members);
        offer(group);
    }

    private MessageGroup groupOf(long member) {
        int[] page = hashPages.get(member >> PAGE_BITS);
        MessageGroup group =
                page == null ? null : groupsByHash.get(page[(int) (member & PAGE_SIZE - 1)]);
        if (group == null) {
            throw new IllegalStateException(
                    "Expected the group of sequence " + member + " to be known, but it is not");
        }
        return group;
    }

    private interface Change {
        void apply(MessageGroup group, long sequence);
    }

    private void each(SequenceRanges sequences, Change change) {
        if (members.isEmpty()) {
            return;
        }
        for (int range = 0; range < sequences.rangeCount(); range++) {
            long last = sequences.last(range);
            for (long at = members.ceiling(sequences.first(range));
                    at <= last;
                    at = members.ceiling(at + 1)) {
                MessageGroup group = groupOf(at);
                change.apply(group, at);
                offer(group);
            }
        }
    }

    void handedOut(Holder holder, SequenceRanges sequences) {
        each(
                sequences,
                (group, sequence) -> {
                    if (holder.equals(DeadLetters.GRAVE)) {
                        away.add(sequence, sequence);
                    } else if (holder.isBranch()) {
                        takenBack(group, sequence);
                        park(group, sequence);
                    } else {
                        out.add(sequence, sequence);
                        group.given(holder);
                    }
                });
    }

    void returned(SequenceRanges sequences) {
        each(
                sequences,
                (group, sequence) -> {
                    takenBack(group, sequence);
                    // A branch may have had it, or it was dead and cannot be moved.
                    resume(group, sequence);
                    away.remove(sequence, sequence);
                    group.waitsAgain(sequence);
                });
    }

    private void takenBack(MessageGroup group, long sequence) {
        if (out.contains(sequence)) {
            out.remove(sequence, sequence);
            group.takenBack();
        }
    }

    private void park(MessageGroup group, long sequence) {
        postponed.add(sequence, sequence);
        group.postponed++;
    }

    private void resume(MessageGroup group, long sequence) {
        if (postponed.contains(sequence)) {
            postponed.remove(sequence, sequence);
            group.postponed--;
        }
    }

    void postponed(SequenceRanges sequences) {
        each(sequences, this::park);
    }

    void resumed(SequenceRanges sequences) {
        each(
                sequences,
                (group, sequence) -> {
                    resume(group, sequence);
                    group.waitsAgain(sequence);
                });
    }

    /** Their delivery times have come. */
    void becameDue(SequenceRanges sequences) {
        each(
                sequences,
                (group, sequence) -> {
                    away.remove(sequence, sequence);
                    group.waitsAgain(sequence);
                });
    }

    /** Messages are settled. */
    void remove(long first, long last) {
        if (members.isEmpty()) {
            return;
        }
        for (long at = members.ceiling(first); at <= last; at = members.ceiling(at + 1)) {
            remove(at);
        }
    }

    private void remove(long sequence) {
        MessageGroup group = groupOf(sequence);
        members.remove(sequence, sequence);
        takenBack(group, sequence);
        resume(group, sequence);
        away.remove(sequence, sequence);
        group.unsettled--;
        offer(group);
        long page = sequence >> PAGE_BITS;
        int[] hashes = hashPages.get(page);
        if (group.unsettled == 0 && hashes != null) {
            groupsByHash.remove(hashes[(int) (sequence & PAGE_SIZE - 1)]);
        }
        if (members.ceiling(page << PAGE_BITS) >= page + 1 << PAGE_BITS) {
            hashPages.remove(page);
        }
    }

    /** Finds the next message of a group, and whom to offer it to. */
    private void offer(MessageGroup group) {
        long next = group.postponed > 0 ? NOTHING : nextOf(group);
        if (next == group.offered && Objects.equals(group.owner, group.offeredTo)) {
            return;
        }
        withdraw(group);
        Holder owner = group.owner;
        if (next != NOTHING) {
            SequenceSet offers =
                    owner == null
                            ? offeredToAll
                            : offeredByHolder.computeIfAbsent(owner, key -> new SequenceSet());
            offers.add(next, next);
        }
        group.offered = next;
        group.offeredTo = owner;
    }

    private void withdraw(MessageGroup group) {
        Holder to = group.offeredTo;
        if (group.offered == NOTHING) {
            return;
        }
        SequenceSet offers = to == null ? offeredToAll : offeredByHolder.get(to);
        if (offers != null) {
            offers.remove(group.offered, group.offered);
            if (to != null && offers.isEmpty()) {
                offeredByHolder.remove(to);
            }
        }
    }

    private long nextOf(MessageGroup group) {
        for (long at = group.head(); at != NOTHING; at = group.afterHead()) {
            if (waits(at)) {
                return at;
            }
        }
        return NOTHING;
    }

    private boolean waits(long sequence) {
        return members.contains(sequence)
                && !out.contains(sequence)
                && !postponed.contains(sequence)
                && !away.contains(sequence);
    }

    // ---- who may get what ----

    /** The first sequence from one on that a holder may get: of no group, or the next of one. */
    long nextFor(Holder holder, long from) {
        SequenceSet own = offeredByHolder.get(holder);
        long next = Math.min(members.nextAbsent(from), offeredToAll.ceiling(from));
        return own == null ? next : Math.min(next, own.ceiling(from));
    }

    /** Whether a holder may get a message: it belongs to no group, or is the next of one. */
    boolean isNextFor(Holder holder, long sequence) {
        return nextFor(holder, sequence) == sequence;
    }

    /** Whether a holder may get a message, though it may not be the next of its group. */
    boolean mayTake(Holder holder, long sequence) {
        if (!members.contains(sequence)) {
            return true;
        }
        MessageGroup group = groupOf(sequence);
        return group.postponed == 0 && (group.owner == null || holder.equals(group.owner));
    }

    /** Whether none of some sequences waits before a message in its group. */
    boolean isFirstOf(RangeSet some, long sequence) {
        return !members.contains(sequence)
                || !groupOf(sequence)
                        .hasBefore(sequence, each -> some.contains(each) && waits(each));
    }

    /** End (included) of what a holder may get in one piece with what it may get first. */
    long lastFor(Holder holder, long first, long last) {
        for (long at = members.ceiling(first + 1); at <= last; at = members.ceiling(at + 1)) {
            // All between would go with it.
            if (!mayTake(holder, at) || groupOf(at).offered < first) {
                return at - 1;
            }
        }
        return last;
    }

    /** End (included) of what belongs to no group, from one that does not; else itself. */
    long lastAlone(long first, long last) {
        return members.contains(first) ? first : Math.min(last, members.ceiling(first) - 1);
    }

    // ---- snapshots ----

    void writeTo(WireOutput to) {
        to.writeVarint(members.count());
        long before = 0;
        for (long at = members.ceiling(0); at != SequenceSet.NONE; at = members.ceiling(at + 1)) {
            int[] page = hashPages.get(at >> PAGE_BITS);
            to.writeVarint(at - before)
                    .writeInt(page == null ? 0 : page[(int) (at & PAGE_SIZE - 1)]);
            before = at;
        }
    }

    /** What of it is out, postponed or delayed is told afterwards. */
    void readFrom(WireInput from) {
        long sequence = 0;
        for (long left = from.readVarint(); left > 0; left--) {
            sequence += from.readVarint();
            add(sequence, from.readInt());
        }
    }

    /** Some are not due. */
    void delayed(SequenceSet delayed) {
        each(
                delayed.intersect(members.toRanges()),
                (group, sequence) -> away.add(sequence, sequence));
    }
}
