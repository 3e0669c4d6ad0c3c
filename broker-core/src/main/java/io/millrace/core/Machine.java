package io.millrace.core;

import io.millrace.wire.WireInput;
import io.millrace.wire.WireOutput;
import org.jspecify.annotations.Nullable;

/**
 * A deterministic state machine over one partition's log. It decides and remembers; it never acts.
 *
 * <p>Hard state is a function of the log: it changes only in {@link #apply}. Soft state (links,
 * consumers, credit) changes in {@link #handle} and dies with the process. For every k, {@code
 * restore(snapshot(k))} followed by the events k to n gives the same hard state as the events 0 to
 * n.
 *
 * @param <C> the commands it understands
 */
public interface Machine<C> {

    /**
     * Decides on a command. Events are applied as they are put into {@code out}.
     *
     * @param nowMillis the shell's wall clock, milliseconds since 1970; never goes back, and stands
     *     still for as long as somebody has set it back
     * @param steadyMillis milliseconds that passed since some moment of this process, whatever the
     *     wall clock is set to: for how long something has lasted, and for {@link Effect.WakeAt}
     */
    void handle(C command, long nowMillis, long steadyMillis, Decision out);

    /**
     * Changes hard state by an event that was decided now or read back from the log. Evaluates
     * nothing: the event carries the result.
     *
     * @param at offset of the log entry that holds the event
     */
    void apply(Event event, long at);

    /** Writes all hard state. */
    void snapshot(WireOutput to);

    /**
     * The event that, as the last of a log, says that nothing is missing; null if nobody needs to
     * know. Asked also of a machine that has failed within a turn that is thrown away.
     */
    default @Nullable Event intact() {
        return null;
    }

    /** Replaces all hard state by what {@link #snapshot} wrote. The machine must be new. */
    void restore(WireInput from);
}
