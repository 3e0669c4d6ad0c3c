/**
 * The index port on a broker's own disk: MapDB files that live no longer than the opening that made
 * them.
 *
 * <p>Start reading at {@link io.millrace.storage.index.MapDbIndex}. Nobody else knows MapDB.
 */
@NullMarked
package io.millrace.storage.index;

import org.jspecify.annotations.NullMarked;
