/**
 * What kill -9 does: brokers and applications die under load, and a checker reads the whole
 * history.
 *
 * <p>{@code mvn verify} kills a few times; {@code -Dcrash.kills=N} sets how often.
 */
@NullMarked
package io.millrace.tck.crash;

import org.jspecify.annotations.NullMarked;
