package io.millrace.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some messages of one producer for one destination, encoded one behind the other: the unit that is
 * sent, checked, numbered, stored and dispatched.
 *
 * <pre>
 *   codec version u8 | flags u8 | producer id 16 | first producer sequence i64 | base time i64 ms | count u32 |
 *   transaction id: length varint, bytes | messages…
 * </pre>
 *
 * <p>A view of a slice of an array that nobody changes. Not thread-safe for partial access: the
 * table of message offsets is built when first asked for.
 */
public final class MessageBatch {

    /** Version of the batch and message layout that this code writes. */
    public static final int CODEC_VERSION = 1;

    /** Most messages in one batch. */
    public static final int MAX_MESSAGES = 65_536;

    private final byte[] array;
    private final int offset;
    private final int length;
    private final Id128 producerId;
    private final long firstProducerSequence;
    private final long baseTimeMillis;
    private final int count;
    private final byte[] transactionId;
    private final int messagesAt;
    private int[] messageOffsets = {};

    /**
     * Whether no message has a priority, a time to live, a delay or a group; null until somebody
     * asks.
     */
    private @Nullable Boolean plain;

    /** What messages say of bodies that are elsewhere; null until somebody asks. */
    private @Nullable List<BodyReference> bodies;

    /** Whether some message is PERSISTENT; null until somebody asks. */
    private @Nullable Boolean persistent;

    /**
     * Whether a message that is sent at a time can go into a batch that was begun at another: not
     * before it, as after a clock was set back, since a delivery time up to the batch's is none,
     * and not so late that the difference has no room.
     */
    public static boolean isInReach(long baseTimeMillis, long millis) {
        return millis >= baseTimeMillis && millis - baseTimeMillis <= Integer.MAX_VALUE;
    }

    /** Reads the header of a batch that takes up the whole slice. */
    public MessageBatch(byte[] array, int offset, int length) {
        WireInput from = new WireInput(array, offset, length);
        int version = from.readUnsignedByte();
        if (version != CODEC_VERSION) {
            throw new WireFormatException(
                    "Expected message codec version " + CODEC_VERSION + ", but it is " + version);
        }
        int flags = from.readUnsignedByte();
        if (flags != 0) {
            throw new WireFormatException("Expected batch flags 0, but they are " + flags);
        }
        this.array = array;
        this.offset = offset;
        this.length = length;
        this.producerId = from.readId();
        this.firstProducerSequence = from.readLong();
        this.baseTimeMillis = from.readLong();
        this.count = from.readInt();
        this.transactionId = from.readBlob();
        this.messagesAt = from.position();
        if (count < 1 || count > MAX_MESSAGES) {
            throw new WireFormatException(
                    "Expected 1 to " + MAX_MESSAGES + " messages in a batch, but it says " + count);
        }
    }

    /** Writes a batch header; the messages follow. The count is filled in by {@link #setCount}. */
    public static void writeHeader(
            WireOutput to,
            Id128 producerId,
            long firstProducerSequence,
            long baseTimeMillis,
            byte[] transactionId) {
        to.writeByte(CODEC_VERSION).writeByte(0).writeId(producerId);
        to.writeLong(firstProducerSequence)
                .writeLong(baseTimeMillis)
                .writeInt(0)
                .writeBlob(transactionId);
    }

    /** Fills in the number of messages of a batch whose header began at {@code start}. */
    public static void setCount(WireOutput to, int start, int count) {
        to.setInt(start + 34, count);
    }

    /**
     * Checks that the messages fill the slice exactly, that each head's lengths are possible, and
     * that the producer's sequences are.
     */
    public void validate() {
        if (firstProducerSequence < 1 || lastProducerSequence() < firstProducerSequence) {
            throw new WireFormatException(
                    "Expected producer sequences from 1 on, but "
                            + count
                            + " messages begin at "
                            + firstProducerSequence);
        }
        int at = messagesAt;
        int end = offset + length;
        boolean allPlain = true;
        boolean anyPersistent = false;
        boolean anyElsewhere = false;
        for (int index = 0; index < count; index++) {
            int left = end - at;
            int size = left < MessageHead.BYTES ? 0 : MessageHead.length(array, at);
            if (size < MessageHead.BYTES || size > left) {
                throw new WireFormatException(
                        "Expected message "
                                + index
                                + " of "
                                + count
                                + " to have "
                                + MessageHead.BYTES
                                + " to "
                                + left
                                + " bytes, but it says "
                                + size);
            }
            validateHead(index, at, size);
            allPlain &= isPlainAt(at);
            anyPersistent |= isPersistentAt(at);
            anyElsewhere |= isBodyElsewhereAt(at);
            at += size;
        }
        plain = allPlain;
        persistent = anyPersistent;
        bodies = anyElsewhere ? findBodies() : List.of();
        if (at != end) {
            throw new WireFormatException(
                    "Expected "
                            + count
                            + " messages to fill the batch, but "
                            + (end - at)
                            + " bytes are left over");
        }
    }

    private void validateHead(int index, int at, int size) {
        int properties = MessageHead.propertiesAt(array, at);
        int body = MessageHead.bodyAt(array, at);
        int priority = MessageHead.priority(array, at);
        if (properties < MessageHead.BYTES
                || body < properties
                || body > size
                || priority < 0
                || priority > 9) {
            throw new WireFormatException(
                    "Expected message "
                            + index
                            + " to have properties and body within its "
                            + size
                            + " bytes and a priority of 0 to 9, but they are "
                            + properties
                            + ", "
                            + body
                            + ", "
                            + priority);
        }
        if (isBodyElsewhereAt(at)) {
            BodyReference.require(array, at);
        }
    }

    /**
     * Whether all messages have the default priority, live for ever, are to be delivered at once
     * and belong to no group (Jakarta Messaging 3.1, 3.4.10, 3.4.9, 3.4.13, 3.5.9). Found on the
     * way by {@link #validate}.
     */
    public boolean isPlain() {
        Boolean known = plain;
        if (known == null) {
            known = findPlain();
            plain = known;
        }
        return known;
    }

    /**
     * Whether some message is PERSISTENT (Jakarta Messaging 3.1, 3.4.2): the batch is stored as a
     * whole, and sent again as a whole, so that makes all of it so.
     */
    public boolean hasPersistent() {
        Boolean known = persistent;
        if (known == null) {
            known = findPersistent();
            persistent = known;
        }
        return known;
    }

    /**
     * The bodies that are elsewhere; those of most batches are not.
     *
     * @return what each such message says of its body, in order, with its index
     */
    public List<BodyReference> bodies() {
        List<BodyReference> known = bodies;
        if (known == null) {
            known = findBodies();
            bodies = known;
        }
        return known;
    }

    private List<BodyReference> findBodies() {
        List<BodyReference> found = new ArrayList<>(0);
        int at = messagesAt;
        for (int index = 0; index < count; index++) {
            if (isBodyElsewhereAt(at)) {
                found.add(BodyReference.of(array, at, index));
            }
            at += MessageHead.length(array, at);
        }
        return found.isEmpty() ? List.of() : found;
    }

    private boolean findPlain() {
        int at = messagesAt;
        for (int index = 0; index < count; index++) {
            if (!isPlainAt(at)) {
                return false;
            }
            at += MessageHead.length(array, at);
        }
        return true;
    }

    private boolean isPlainAt(int at) {
        return MessageHead.priority(array, at) == MessageHead.DEFAULT_PRIORITY
                && (MessageHead.flags(array, at) & MessageHead.HAS_GROUP) == 0
                && MessageHead.expiration(array, at) == 0
                && MessageHead.deliveryTime(array, at) <= baseTimeMillis;
    }

    private boolean findPersistent() {
        int at = messagesAt;
        for (int index = 0; index < count; index++) {
            if (isPersistentAt(at)) {
                return true;
            }
            at += MessageHead.length(array, at);
        }
        return false;
    }

    private boolean isBodyElsewhereAt(int at) {
        return (MessageHead.flags(array, at) & MessageHead.BODY_ELSEWHERE) != 0;
    }

    private boolean isPersistentAt(int at) {
        return (MessageHead.flags(array, at) & MessageHead.PERSISTENT) != 0;
    }

    public byte[] array() {
        return array;
    }

    /** Where the batch begins in {@link #array}. */
    public int offset() {
        return offset;
    }

    /** Length of the batch in bytes. */
    public int length() {
        return length;
    }

    /** The same in an array of its own, without what stands around it. */
    public MessageBatch copy() {
        return new MessageBatch(Arrays.copyOfRange(array, offset, offset + length), 0, length);
    }

    public Id128 producerId() {
        return producerId;
    }

    /** The producer's number for the first message; the others follow without gaps. */
    public long firstProducerSequence() {
        return firstProducerSequence;
    }

    public long lastProducerSequence() {
        return firstProducerSequence + count - 1;
    }

    /** Milliseconds since 1970 to which each message's time-stamp delta is added. */
    public long baseTimeMillis() {
        return baseTimeMillis;
    }

    public int count() {
        return count;
    }

    /** Empty if the batch belongs to no transaction. */
    public byte[] transactionId() {
        return transactionId;
    }

    /**
     * Where in {@link #array} message {@code index} begins; {@code count} gives the end of the
     * last.
     */
    public int messageAt(int index) {
        if (index == 0) {
            return messagesAt;
        }
        if (index == count) {
            return offset + length;
        }
        if (messageOffsets.length == 0) {
            messageOffsets = walk();
        }
        return messageOffsets[index];
    }

    /** Bytes that {@code howMany} messages from {@code index} take up. */
    public int messageBytes(int index, int howMany) {
        return messageAt(index + howMany) - messageAt(index);
    }

    private int[] walk() {
        int[] offsets = new int[count];
        int at = messagesAt;
        for (int index = 0; index < count; index++) {
            offsets[index] = at;
            at += MessageHead.length(array, at);
        }
        return offsets;
    }

    @Override
    public String toString() {
        return "MessageBatch[producer="
                + producerId
                + " first="
                + firstProducerSequence
                + " count="
                + count
                + " bytes="
                + length
                + (transactionId.length == 0 ? "" : " tx=" + Arrays.toString(transactionId))
                + "]";
    }
}
