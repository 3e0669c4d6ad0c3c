package io.millrace.core.partition;

import io.millrace.core.Decision;
import io.millrace.core.Effect;
import io.millrace.wire.Id128;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sends that wait for room in their destination. Behind the first that waits, all others of its
 * producer wait too: they keep their order.
 *
 * <p>Soft state, like what is under way on a link: after a crash, or over a new link, the client
 * sends it again. Owned by the partition's thread.
 */
final class WaitingRoom {

    private final Map<Id128, Deque<Waiter>> waitersByProducer = new LinkedHashMap<>();
    private long bytes;

    /**
     * One of them.
     *
     * @param untilMillis when it is refused, on the clock that nobody sets
     */
    private record Waiter(PartitionCommand.Enqueue command, long untilMillis) {}

    /** What becomes of the first that waits of a producer. */
    interface Door {

        /**
         * Lets it in, or refuses it.
         *
         * @param late whether it has waited long enough
         * @return whether it went; false if it goes on waiting
         */
        boolean isPassed(PartitionCommand.Enqueue command, boolean late);
    }

    boolean isEmpty() {
        return waitersByProducer.isEmpty();
    }

    /** How many bytes of messages wait. */
    long bytes() {
        return bytes;
    }

    boolean holds(Id128 producerId) {
        return waitersByProducer.containsKey(producerId);
    }

    void add(PartitionCommand.Enqueue command, long untilMillis) {
        waitersByProducer
                .computeIfAbsent(command.batch().producerId(), id -> new ArrayDeque<>())
                .add(new Waiter(command, untilMillis));
        bytes += command.batch().length();
    }

    /**
     * Tries the first of each producer, and those behind it once it has gone.
     *
     * @param mostBytes after so many bytes it is enough, but not before the first has gone: what
     *     goes is stored in one entry
     * @return whether it was enough: there may be more
     */
    boolean open(long steadyMillis, long mostBytes, Door door) {
        long gone = 0;
        for (Iterator<Deque<Waiter>> each = waitersByProducer.values().iterator();
                each.hasNext(); ) {
            Deque<Waiter> waiters = each.next();
            while (!waiters.isEmpty()) {
                Waiter first = waiters.element();
                int length = first.command.batch().length();
                if (gone > 0 && gone + length > mostBytes) {
                    return true;
                }
                if (!door.isPassed(first.command, steadyMillis >= first.untilMillis)) {
                    break;
                }
                waiters.remove();
                bytes -= length;
                gone += length;
            }
            if (waiters.isEmpty()) {
                each.remove();
            }
        }
        return false;
    }

    /** A connection's link is gone: it sends everything again over the next one, if it comes. */
    void forgetConnection(Id128 connectionId) {
        waitersByProducer
                .values()
                .removeIf(
                        waiters -> {
                            Waiter first = waiters.element();
                            boolean gone =
                                    first.command.origin().connectionId().equals(connectionId);
                            if (gone) {
                                waiters.forEach(each -> bytes -= each.command.batch().length());
                            }
                            return gone;
                        });
    }

    /** Asks to be woken when the first has waited long enough. */
    void wake(Decision out) {
        long next = TimedSequences.NEVER;
        for (Deque<Waiter> waiters : waitersByProducer.values()) {
            next = Math.min(next, waiters.element().untilMillis);
        }
        if (next != TimedSequences.NEVER) {
            out.effectNow(new Effect.WakeAt(next));
        }
    }
}
