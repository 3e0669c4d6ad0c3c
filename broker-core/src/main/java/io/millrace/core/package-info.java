/**
 * The deterministic broker: down as commands, to disk as events, up as effects.
 *
 * <p>Start reading at {@link io.millrace.core.Machine} and {@link io.millrace.core.PartitionLoop}.
 * No clock, no randomness, no thread, no disk in here: time arrives with each command.
 */
@NullMarked
package io.millrace.core;

import org.jspecify.annotations.NullMarked;
