/**
 * A disk that loses power, for tests of this module and of those above it (they depend on this
 * module's test jar).
 *
 * <p>Start reading at {@link io.millrace.storage.simulated.SimulatedDisk}.
 */
@NullMarked
package io.millrace.storage.simulated;

import org.jspecify.annotations.NullMarked;
