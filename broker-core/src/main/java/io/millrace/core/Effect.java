package io.millrace.core;

import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.RewindStep;
import io.millrace.wire.BrokerFrame;
import io.millrace.wire.DestinationKind;
import io.millrace.wire.Id128;
import io.millrace.wire.SequenceRanges;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the core wants the shell to do. */
public sealed interface Effect {

    void dispatch(Handler handler);

    /** One method for each effect. */
    interface Handler {
        void tell(Tell effect);

        void deliver(Deliver effect);

        void read(Read effect);

        void select(Select effect);

        void browse(Browse effect);

        void findRewind(FindRewind effect);

        void recall(Recall effect);

        void copyDeadLetter(CopyDeadLetter effect);

        void wakeAt(WakeAt effect);

        void askPartition(AskPartition effect);

        void askCatalog(AskCatalog effect);

        void loseConnection(LoseConnection effect);
    }

    /** Send a frame over a link; drop it if the link is gone. */
    record Tell(long linkId, BrokerFrame frame) implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.tell(this);
        }
    }

    /**
     * Send stored messages to a consumer. The shell finds the bytes, in its cache or in the log.
     */
    record Deliver(long linkId, long consumerId, long destinationId, long epoch, List<Run> runs)
            implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.deliver(this);
        }
    }

    /**
     * Consecutive sequences of one destination that were delivered equally often before.
     *
     * @param replay whether they were settled before, and come again because somebody wants that
     */
    record Run(long firstSequence, int count, int deliveryCount, boolean replay) {

        /** No replay. */
        public Run(long firstSequence, int count, int deliveryCount) {
            this(firstSequence, count, deliveryCount, false);
        }

        @Override
        public String toString() {
            return "Run[firstSequence="
                    + firstSequence
                    + ", count="
                    + count
                    + ", deliveryCount="
                    + deliveryCount
                    + (replay ? ", replay]" : "]");
        }

        public long lastSequence() {
            return firstSequence + count - 1;
        }
    }

    /**
     * Bring stored messages close and answer with {@link PartitionCommand.ReadDone}.
     *
     * @param from first sequence that is wanted
     * @param to last sequence that is wanted
     * @param part how much of each message
     * @param maxBytes stop after this many bytes of messages, but not before the first block
     */
    record Read(long readId, long destinationId, long from, long to, Part part, int maxBytes)
            implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.read(this);
        }
    }

    /**
     * Find out which of some stored messages a selector matches, and answer with {@link
     * PartitionCommand.SelectDone}. What cannot be read of a message counts as not there.
     *
     * @param from first sequence to look at
     * @param to last sequence to look at; fewer are allowed, but at least one
     * @param maxBytes stop after this many bytes of messages, but not before the first block
     */
    record Select(
            long selectId,
            long subscriptionId,
            long destinationId,
            long from,
            long to,
            String selector,
            int maxBytes)
            implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.select(this);
        }
    }

    /**
     * Show stored messages to a browser with {@code Browsed}. What has expired, is not due, or does
     * not match is left out; what is gone meanwhile as well. The shell may stop anywhere behind the
     * first message, and say so.
     *
     * @param runs what to look at, in order
     * @param position where to go on behind all of them
     * @param atEnd whether nothing waits behind them
     * @param nowMillis what is due and not expired at this time is shown
     * @param messages stop after this many
     * @param bytes stop after this many bytes of messages, but not before the first
     */
    record Browse(
            long linkId,
            long requestId,
            long destinationId,
            List<Run> runs,
            long position,
            boolean atEnd,
            @Nullable String selector,
            long nowMillis,
            int messages,
            int bytes)
            implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.browse(this);
        }
    }

    /**
     * Find out where in the log a rewind has to begin, and what the log still has of its
     * destination, and answer with {@link RewindStep.Found}.
     */
    record FindRewind(RewindStep.Ask ask, long destinationId) implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.findRewind(this);
        }
    }

    /**
     * Find out which of some stored messages selectors match, and what their heads say, and answer
     * with {@link RewindStep.Recalled}. What the log does not have is left out.
     *
     * @param wanted the sequences to look at, at least one; the shell may stop behind any of them
     * @param to what is known not to be in the log up to here need not be asked for again
     * @param ownSelector of the subscription; null for none
     * @param selector of whoever asked; null for none
     * @param timed whether to say when the first was stored
     * @param maxBytes stop after this many bytes of messages, but not before the first block
     */
    record Recall(
            long recallId,
            long subscriptionId,
            long destinationId,
            SequenceRanges wanted,
            long to,
            @Nullable String ownSelector,
            @Nullable String selector,
            boolean timed,
            int maxBytes)
            implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.recall(this);
        }
    }

    /** How much of a message a read has to bring. */
    enum Part {
        HEADERS,
        PROPERTIES,
        ALL
    }

    /**
     * Copy a message that was delivered too often, with properties that say where it comes from,
     * and answer with {@link PartitionCommand.BuryDeadLetter}.
     *
     * @param kind of the destination that it comes from
     * @param origin name of it
     * @param deliveries how often it was delivered
     * @param delays how long it waited before it was delivered again, in words; may be empty
     * @param why it was given back last, null if nobody said or this is not known any more
     */
    record CopyDeadLetter(
            long subscriptionId,
            long destinationId,
            long sequence,
            DestinationKind kind,
            String origin,
            int deliveries,
            String delays,
            @Nullable String why)
            implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.copyDeadLetter(this);
        }
    }

    /**
     * Send a {@code Tick} not later than this time.
     *
     * @param millis of the steady clock; see {@link Machine#handle}
     */
    record WakeAt(long millis) implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.wakeAt(this);
        }
    }

    /** Hand a command to another partition's machine. */
    record AskPartition(int partition, PartitionCommand command) implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.askPartition(this);
        }
    }

    /** Hand a command to the catalog. */
    record AskCatalog(CatalogCommand command) implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.askCatalog(this);
        }
    }

    /** Tell every machine that this connection will not come back. */
    record LoseConnection(Id128 connectionId) implements Effect {
        @Override
        public void dispatch(Handler handler) {
            handler.loseConnection(this);
        }
    }
}
