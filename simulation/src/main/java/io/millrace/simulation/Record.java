package io.millrace.simulation;

import io.millrace.jms.client.ConsumerCore;
import io.millrace.wire.BodyReference;
import io.millrace.wire.MessageHead;
import io.millrace.wire.WireOutput;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Messages whose body begins with the oracle's id. */
final class Record {

    /** What is given back on queues with this end waits before it comes again. */
    static final String DELAYING = "-shared";

    /** Of the group's hash in a message's head. */
    private static final int GROUP_HASH_AT = 12;

    private Record() {}

    /**
     * Writes a message.
     *
     * @param destination decides whether it may have a priority, a delay and a time to live, and
     *     whether it belongs to a group
     */
    static void write(
            WireOutput to,
            long id,
            boolean persistent,
            int sizeBytes,
            String destination,
            long nowMillis) {
        write(to, id, persistent, sizeBytes, null, destination, nowMillis);
    }

    /** Writes a message whose body was sent ahead; behind the reference stands its id. */
    static void writeLarge(
            WireOutput to,
            long id,
            boolean persistent,
            BodyReference elsewhere,
            String destination,
            long nowMillis) {
        write(to, id, persistent, 0, elsewhere, destination, nowMillis);
    }

    private static void write(
            WireOutput to,
            long id,
            boolean persistent,
            int sizeBytes,
            @Nullable BodyReference elsewhere,
            String destination,
            long nowMillis) {
        boolean arranged = isArranged(destination);
        String group = group(id, destination);
        int flags =
                (persistent ? MessageHead.PERSISTENT : 0)
                        | (elsewhere == null ? 0 : MessageHead.BODY_ELSEWHERE)
                        | (isSelected(id) ? MessageHead.HAS_TYPE : 0)
                        | (group.isEmpty() ? 0 : MessageHead.HAS_GROUP);
        int start =
                MessageHead.begin(
                        to,
                        new MessageHead.Fields(
                                flags,
                                arranged ? priority(id) : MessageHead.DEFAULT_PRIORITY,
                                2,
                                0,
                                group.hashCode(),
                                arranged ? expiration(id, nowMillis) : 0,
                                arranged && isDelayed(id) ? nowMillis + 1 + id % 2_000 : 0));
        if (isSelected(id)) {
            to.writeString("selected");
        }
        if (!group.isEmpty()) {
            to.writeString(group);
        }
        int body = to.size();
        if (elsewhere != null) {
            elsewhere.writeTo(to);
        }
        to.writeLong(id).writeBytes(new byte[sizeBytes], 0, sizeBytes);
        MessageHead.finish(to, start, body, body);
    }

    /** A planted bug: a message is taken out of its group. */
    static void tearOut(WireOutput to, int start, long id) {
        to.setInt(start + GROUP_HASH_AT, (int) id);
    }

    /** On shared queues most messages belong to one of a few groups; empty for others. */
    static String group(long id, String destination) {
        return destination.endsWith(DELAYING) && id % 5 > 0 ? "group " + id % 5 : "";
    }

    /** Selects every other message or so. */
    static final String SELECTOR = "JMSType = 'selected'";

    static boolean isSelected(long id) {
        return id * 7 % 10 >= 5;
    }

    /** Whether messages for a destination differ in priority and time; others are all alike. */
    static boolean isArranged(String destination) {
        return destination.charAt(destination.length() - 1) % 2 == 0;
    }

    static int priority(long id) {
        return id % 4 == 0 ? (int) (id / 4 % 10) : MessageHead.DEFAULT_PRIORITY;
    }

    static boolean isDelayed(long id) {
        return id % 16 == 3;
    }

    /** Whether it may expire before anybody gets it. */
    static boolean isPerishable(long id) {
        return id % 16 == 5;
    }

    private static long expiration(long id, long nowMillis) {
        if (isPerishable(id)) {
            return nowMillis + id % 300;
        }
        return id % 16 == 7 ? nowMillis + 3_600_000 : 0;
    }

    static long id(ConsumerCore.Given given) {
        return id(given.run().array(), given.position());
    }

    /** The id of the message that begins at a place in an array. */
    static long id(byte[] array, int at) {
        int before = isBodyElsewhere(array, at) ? BodyReference.BYTES : 0;
        return ByteBuffer.wrap(array).getLong(at + MessageHead.bodyAt(array, at) + before);
    }

    private static boolean isBodyElsewhere(byte[] array, int at) {
        return (MessageHead.flags(array, at) & MessageHead.BODY_ELSEWHERE) != 0;
    }

    /** The body that a message refers to; null if it has it in its place. */
    static @Nullable BodyReference body(ConsumerCore.Given given) {
        byte[] array = given.run().array();
        int at = given.position();
        return isBodyElsewhere(array, at) ? BodyReference.of(array, at, 0) : null;
    }

    static boolean isPersistent(ConsumerCore.Given given) {
        int flags = MessageHead.flags(given.run().array(), given.position());
        return (flags & MessageHead.PERSISTENT) != 0;
    }
}
