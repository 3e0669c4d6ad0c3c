/**
 * The log port: where a partition's events become durable.
 *
 * <p>Start reading at {@link io.millrace.core.log.PartitionLog}. Implementations live outside the
 * core (heap, local disk, replicated ledgers) and all pass one contract test. Nothing in this
 * package knows what an entry means.
 */
@NullMarked
package io.millrace.core.log;

import org.jspecify.annotations.NullMarked;
