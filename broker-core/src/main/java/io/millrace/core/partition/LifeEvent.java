package io.millrace.core.partition;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;

/**
 * How the broker's process ended, as far as it matters to messages that nobody waited for: those
 * that are NON_PERSISTENT (Jakarta Messaging 3.1, 3.4.2).
 */
public sealed interface LifeEvent extends PartitionEvent {

    /**
     * The broker had crashed: all NON_PERSISTENT messages up to here are settled, for some may have
     * been delivered unknown to the log, and each destination that had any leaps over so many
     * sequences, for some may have been given to messages that the log does not know.
     */
    record NonPersistentLost(long leap) implements LifeEvent {

        @Override
        public int type() {
            return 12;
        }

        @Override
        public void writeTo(WireOutput to) {
            to.writeVarint(leap);
        }

        public static NonPersistentLost read(WireInput from) {
            return new NonPersistentLost(from.readVarint());
        }

        @Override
        public void dispatch(Handler handler) {
            handler.nonPersistentLost(this);
        }
    }

    /**
     * The broker stops, or builds the partition anew though its log is whole: if this is the last
     * event, all that happened is in the log.
     */
    record StoppedCleanly() implements LifeEvent {

        @Override
        public int type() {
            return 13;
        }

        @Override
        public void writeTo(WireOutput to) {
            // That it happened is all there is to say.
        }

        public static StoppedCleanly read(WireInput from) {
            return new StoppedCleanly();
        }

        @Override
        public void dispatch(Handler handler) {
            handler.stoppedCleanly(this);
        }
    }

    /**
     * An entry was lost here, and a repair filled its place: nothing happens by it. Zeros may
     * follow in the payload.
     */
    record Blank() implements LifeEvent {

        @Override
        public int type() {
            return 14;
        }

        @Override
        public void writeTo(WireOutput to) {
            // It is there to take up room, which is given to it by what writes it.
        }

        public static Blank read(WireInput from) {
            return new Blank();
        }

        @Override
        public void dispatch(Handler handler) {
            // Whoever applies events knows nothing of the one that was lost.
        }
    }
}
