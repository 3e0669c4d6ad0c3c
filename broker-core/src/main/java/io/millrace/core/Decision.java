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

    private final Machine<?> machine;
    private final List<Event> events = new ArrayList<>();
    private final List<Effect> gatedEffects = new ArrayList<>();
    private final List<Effect> immediateEffects = new ArrayList<>();
    private long entryOffset;
    private boolean hurried;

    public Decision(Machine<?> machine) {
        this.machine = machine;
    }

    /** Begins a turn whose events will lie in the entry at {@code offset}. */
    public void begin(long offset) {
        entryOffset = offset;
        events.clear();
        gatedEffects.clear();
        immediateEffects.clear();
        hurried = false;
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
        gatedEffects.add(effect);
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

    /** The effects of this turn that wait for nothing. */
    public List<Effect> immediateEffects() {
        return immediateEffects;
    }
}
