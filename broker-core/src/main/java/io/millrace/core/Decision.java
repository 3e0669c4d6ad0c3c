package io.millrace.core;

import io.millrace.wire.BrokerFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * What a turn decided: events for the log, and effects for the shell that wait until these events
 * are durable.
 *
 * <p>Owned by the partition's thread. Emitting an event applies it to the machine at once, so that
 * later decisions of the same turn see it.
 */
public final class Decision {

    /** Stands for the end of the entry that the turn becomes. */
    public static final long TAIL = Long.MAX_VALUE;

    private final Machine<?> machine;
    private final List<Event> events = new ArrayList<>();
    private final List<Effect> gatedEffects = new ArrayList<>();
    private final List<Long> gates = new ArrayList<>();
    private final List<Effect> immediateEffects = new ArrayList<>();
    private long entryOffset;
    private boolean hurried;
    private boolean waitsForEntry;

    public Decision(Machine<?> machine) {
        this.machine = machine;
    }

    /** Begins a turn whose events will lie in the entry at {@code offset}. */
    public void begin(long offset) {
        entryOffset = offset;
        events.clear();
        gatedEffects.clear();
        immediateEffects.clear();
        gates.clear();
        hurried = false;
        waitsForEntry = false;
    }

    /** Somebody waits for an effect of this turn. */
    public void hurry() {
        hurried = true;
    }

    /** Whether somebody waits for an effect of this turn. */
    public boolean isHurried() {
        return hurried;
    }

    /** Records an event and applies it. */
    public void emit(Event event) {
        events.add(event);
        machine.apply(event, entryOffset);
    }

    /** An effect that waits until everything decided up to now is durable. */
    public void effect(Effect effect) {
        effectAfter(TAIL, effect);
    }

    /**
     * An effect that waits for less: until everything before an offset is durable, and until what
     * was decided before it for the same link has left. For what depends on nothing that is decided
     * now: NON_PERSISTENT messages (Jakarta Messaging 3.1, 3.4.2).
     *
     * @param offset {@link #TAIL} for everything decided up to now
     */
    public void effectAfter(long offset, Effect effect) {
        gatedEffects.add(effect);
        gates.add(offset);
        waitsForEntry |= offset > entryOffset;
    }

    /** Sends a frame as {@link #effectAfter} says. */
    public void tellAfter(long offset, long linkId, BrokerFrame frame) {
        effectAfter(offset, new Effect.Tell(linkId, frame));
    }

    /**
     * Effects of later turns will wait for this turn's entry, though none of its own does: the log
     * shall not take its time with it.
     */
    public void awaitEntry() {
        waitsForEntry = true;
    }

    /** Whether an effect waits for the turn's own entry. */
    public boolean waitsForEntry() {
        return waitsForEntry;
    }

    /** An effect that promises nothing and may overtake the log: reads, timers, refusals, pings. */
    public void effectNow(Effect effect) {
        immediateEffects.add(effect);
    }

    /** Sends a frame once everything decided up to now is durable. */
    public void tell(long linkId, BrokerFrame frame) {
        effect(new Effect.Tell(linkId, frame));
    }

    /** The events of this turn, in order. */
    public List<Event> events() {
        return events;
    }

    /** The effects of this turn that wait for its events. */
    public List<Effect> gatedEffects() {
        return gatedEffects;
    }

    /** What the gated effect {@code index} waits for; see {@link #effectAfter}. */
    public long gateOf(int index) {
        return gates.get(index);
    }

    /** The effects of this turn that wait for nothing. */
    public List<Effect> immediateEffects() {
        return immediateEffects;
    }
}
