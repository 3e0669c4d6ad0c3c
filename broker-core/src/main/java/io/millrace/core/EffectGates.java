package io.millrace.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Effects that wait for the log, in the order of what they wait for.
 *
 * <p>Most wait for the entry of their own turn, so that they leave in the order in which they were
 * decided. One that waits for less may overtake those of other links, but never one of its own:
 * each link hears everything in the order of the decisions. Owned by the partition's thread.
 */
final class EffectGates {

    private static final long NO_LINK = 0;

    private final Consumer<Effect> perform;

    /** By rising offset. */
    private final ArrayDeque<Gate> gates = new ArrayDeque<>();

    /** The gate of the last effect for each link; links that wait for nothing may be missing. */
    private final Map<Long, Long> offsetByLink = new HashMap<>();

    private record Gate(long offset, List<Effect> effects) {}

    EffectGates(Consumer<Effect> perform) {
        this.perform = perform;
    }

    /**
     * Takes a turn's effects, and performs those that need not wait.
     *
     * @param tail offset after the turn's entry
     * @param durable everything before is durable
     * @return whether some were performed
     */
    boolean add(Decision decision, long tail, long durable) {
        boolean performed = false;
        List<Effect> effects = decision.gatedEffects();
        for (int index = 0; index < effects.size(); index++) {
            Effect effect = effects.get(index);
            long offset = Math.min(decision.gateOf(index), tail);
            long linkId = linkOf(effect);
            if (offset < tail && linkId != NO_LINK) {
                offset = Math.max(offset, offsetByLink.getOrDefault(linkId, offset));
            }
            if (offset <= durable) {
                perform.accept(effect);
                performed = true;
                continue;
            }
            Gate gate = gateAt(offset);
            gate.effects().add(effect);
            if (linkId != NO_LINK) {
                offsetByLink.put(linkId, gate.offset());
            }
        }
        return performed;
    }

    /** The gate that opens at the offset, or the next one behind it. */
    private Gate gateAt(long offset) {
        Gate last = gates.peekLast();
        if (last == null || last.offset() < offset) {
            Gate gate = new Gate(offset, new ArrayList<>());
            gates.add(gate);
            return gate;
        }
        for (Gate gate : gates) {
            if (gate.offset() >= offset) {
                return gate;
            }
        }
        return last;
    }

    /** Performs what waited for what is durable now; whether there was any. */
    boolean release(long durable) {
        boolean released = false;
        for (Gate gate = gates.peek();
                gate != null && gate.offset() <= durable;
                gate = gates.peek()) {
            gates.remove();
            gate.effects().forEach(perform);
            released = true;
        }
        if (released) {
            if (gates.isEmpty()) {
                offsetByLink.clear();
            } else {
                offsetByLink.values().removeIf(offset -> offset <= durable);
            }
        }
        return released;
    }

    private static long linkOf(Effect effect) {
        if (effect instanceof Effect.Tell tell) {
            return tell.linkId();
        }
        return effect instanceof Effect.Deliver deliver ? deliver.linkId() : NO_LINK;
    }
}
