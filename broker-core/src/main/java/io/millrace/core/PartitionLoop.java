package io.millrace.core;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins a machine and its log: commands of one turn become one entry, and effects leave when the
 * log has what they depend on.
 *
 * <p>Has no thread of its own. The partition's thread calls {@link #handle} for what its mailbox
 * holds, then {@link #endTurn}, and {@link #durableUpTo} when the log reports; the simulator does
 * the same.
 *
 * @param <C> the machine's commands
 */
public final class PartitionLoop<C> {

    /**
     * A turn is closed when its messages exceed this many bytes, so that no entry grows without
     * bound: with a client's largest batch behind that, it stays below half a mebibyte, beyond
     * which a small heap's collector has to search for room.
     */
    private static final int TURN_BYTES = 128 * 1024;

    /** More settlements than this do not wait for company. */
    private static final int PATIENT_EVENTS = 64;

    private static final int SNAPSHOT_BYTES = 64 * 1024;

    private final Machine<C> machine;
    private final PartitionLog log;
    private final Shell shell;
    private final Decision decision;

    /** A turn beyond this is closed; a batch of half an entry still fits behind it. */
    private final long maxTurnBytes;

    private final EffectGates gates;
    private boolean turnOpen;

    /**
     * Whether a turn ended since the replay: then it is known in the log if that ended in a crash.
     */
    private boolean begun;

    private int countedEvents;
    private long turnBytes;
    private long durable;
    private long replayedFrom;
    private PartitionLog.@Nullable Checkpoint pendingCheckpoint;

    /** What carries out effects and keeps track of where messages lie. */
    public interface Shell {

        /** Carries out an effect. Must not fail: what it cannot do it reports by a command. */
        void perform(Effect effect);

        /**
         * An event lies in the log, or will once the entry at this offset is durable. Also called
         * on replay.
         */
        void logged(Event event, long offset);

        /**
         * A checkpoint is about to be taken: what the shell wants to find again at {@link
         * #restored}.
         */
        void snapshot(WireOutput to);

        /** Effects were carried out: what was collected on the way may leave. */
        default void performed() {}

        /** A checkpoint that stands for everything before the offset is durable. */
        void checkpointed(long upTo);

        /**
         * A checkpoint could not be stored. The log has the one before, and what that needs; a log
         * that does not work any more says so by itself.
         */
        default void checkpointFailed(LogFailure failure) {
            throw failure;
        }

        /** The log was opened at a checkpoint: what {@link #snapshot} wrote. */
        void restored(WireInput from);
    }

    public PartitionLoop(Machine<C> machine, PartitionLog log, Shell shell) {
        this.machine = machine;
        this.log = log;
        this.shell = shell;
        this.decision = new Decision(machine);
        this.gates = new EffectGates(shell::perform);
        this.maxTurnBytes = Math.min(TURN_BYTES, log.maxEntryBytes() / 4);
    }

    /** Hears how far a replay has come. */
    public interface Progress {

        /**
         * Some of the log was replayed.
         *
         * @param from offset at which the replay began
         * @param upTo everything before was replayed
         * @param end of the log
         * @param entries how many were replayed so far
         */
        void replayed(long from, long upTo, long end, long entries);
    }

    /** Brings the machine to the end of the log. Call once, before anything else. */
    public void recover() {
        recover((from, upTo, end, entries) -> {});
    }

    /** The same, and says how far it has come, every few megabytes. */
    public void recover(Progress progress) {
        PartitionLog.Checkpoint checkpoint = log.latestCheckpoint();
        long at = log.startOffset();
        if (checkpoint != null) {
            WireInput from = new WireInput(checkpoint.content());
            int machineBytes = from.readCount(from.remaining());
            machine.restore(new WireInput(checkpoint.content(), from.position(), machineBytes));
            from.skip(machineBytes);
            shell.restored(from);
            at = checkpoint.upTo();
        }
        replayedFrom = at;
        replay(at, progress);
        durable = log.durableOffset();
    }

    /** Where the replay began: what the newest checkpoint did not stand for was replayed. */
    public long replayedFrom() {
        return replayedFrom;
    }

    private void replay(long from, Progress progress) {
        long count = 0;
        try (PartitionLog.Replay replay = log.replay(from)) {
            for (List<LogEntry> entries = replay.next();
                    !entries.isEmpty();
                    entries = replay.next()) {
                for (LogEntry entry : entries) {
                    EventCodec.decode(
                            entry.body(),
                            event -> {
                                machine.apply(event, entry.offset());
                                shell.logged(event, entry.offset());
                            });
                }
                count += entries.size();
                long upTo = entries.get(entries.size() - 1).nextOffset();
                progress.replayed(from, upTo, log.endOffset(), count);
            }
        }
    }

    /** Handles a command as part of the current turn. For the times see {@link Machine#handle}. */
    public void handle(C command, long nowMillis, long steadyMillis) {
        if (!turnOpen) {
            turnOpen = true;
            turnBytes = 0;
            countedEvents = 0;
            decision.begin(log.endOffset());
        }
        machine.handle(command, nowMillis, steadyMillis, decision);
        List<Event> events = decision.events();
        for (; countedEvents < events.size(); countedEvents++) {
            turnBytes += events.get(countedEvents).weight();
        }
        if (turnBytes > maxTurnBytes) {
            endTurn(nowMillis);
        }
    }

    /**
     * Whether the open turn holds nothing but a few settlements. Nobody waits for their
     * confirmations, so the turn may stay open for a moment: in the entry of the next message they
     * cost no flush of their own.
     */
    public boolean isPatient() {
        List<Event> events = decision.events();
        return turnOpen
                && !decision.isHurried()
                && decision.waitsForEntry()
                && !events.isEmpty()
                && events.size() <= PATIENT_EVENTS
                && decision.immediateEffects().isEmpty()
                && areSettlements(events);
    }

    private static boolean areSettlements(List<Event> events) {
        for (Event each : events) {
            if (!(each instanceof PartitionEvent.Settled)) {
                return false;
            }
        }
        return true;
    }

    /** Appends what the turn decided and queues its effects. */
    public void endTurn(long nowMillis) {
        endTurn(nowMillis, false);
    }

    /**
     * Appends what the turn decided and queues its effects.
     *
     * @param idle the caller has nothing else to do, and may as well flush; see {@link
     *     PartitionLog#appendAndFlush}
     */
    public void endTurn(long nowMillis, boolean idle) {
        if (!turnOpen) {
            return;
        }
        turnOpen = false;
        begun = true;
        List<Event> events = decision.events();
        if (!events.isEmpty()) {
            EntryBody body = EventCodec.encode(events);
            long offset = append(body, nowMillis, idle);
            for (Event event : events) {
                shell.logged(event, offset);
            }
        }
        if (!decision.immediateEffects().isEmpty()) {
            decision.immediateEffects().forEach(shell::perform);
            shell.performed();
        }
        if (!decision.gatedEffects().isEmpty()) {
            boolean released = gates.add(decision, log.endOffset(), durable);
            if (events.isEmpty() && decision.waitsForEntry() && durable < log.endOffset()) {
                // What they wait for may have been appended without hurry.
                log.hurry();
            }
            if (released) {
                shell.performed();
            }
        }
    }

    private long append(EntryBody body, long nowMillis, boolean idle) {
        if (!decision.waitsForEntry()) {
            return log.appendUnhurried(body, nowMillis);
        }
        return idle && decision.immediateEffects().isEmpty()
                ? log.appendAndFlush(body, nowMillis)
                : log.append(body, nowMillis);
    }

    /**
     * The machine cannot go on, but its log is as good as before: for {@link
     * io.millrace.core.index.IndexLost}. The open turn, of which nobody has seen anything, is
     * thrown away, and the log says that nothing else is missing. Only closing it may follow.
     */
    public void endIntact(long nowMillis) {
        turnOpen = false;
        Event last = begun ? machine.intact() : null;
        if (last != null) {
            log.append(EventCodec.encode(List.of(last)), nowMillis);
        }
    }

    /** The log has everything before the offset: effects that waited for it leave. */
    public void durableUpTo(long offset) {
        durable = Math.max(durable, offset);
        if (gates.release(durable)) {
            shell.performed();
        }
        PartitionLog.Checkpoint checkpoint = pendingCheckpoint;
        if (checkpoint != null && checkpoint.upTo() <= durable) {
            pendingCheckpoint = null;
            try {
                log.saveCheckpoint(checkpoint.upTo(), checkpoint.content());
            } catch (LogFailure e) {
                shell.checkpointFailed(e);
                return;
            }
            shell.checkpointed(checkpoint.upTo());
        }
    }

    /**
     * Takes the machine's state between two turns, so that the next start replays from here. It is
     * stored once everything that it stands for is durable: a checkpoint never runs ahead of its
     * log.
     *
     * @return false if one was taken before and still waits for the log: it is kept, else a log
     *     that grows all the time would never get one
     */
    public boolean checkpoint() {
        Invariant.require(!turnOpen, "a checkpoint to be taken between turns");
        if (pendingCheckpoint != null) {
            return false;
        }
        WireOutput state = new WireOutput(SNAPSHOT_BYTES);
        machine.snapshot(state);
        WireOutput content = new WireOutput(state.size() + SNAPSHOT_BYTES);
        content.writeVarint(state.size()).writeBytes(state.array(), 0, state.size());
        shell.snapshot(content);
        pendingCheckpoint = new PartitionLog.Checkpoint(log.endOffset(), content.toByteArray());
        durableUpTo(durable);
        return true;
    }
}
