/**
 * The machine behind one partition: destinations, subscriptions, deliveries and producer windows.
 *
 * <p>Start reading at {@link io.millrace.core.partition.PartitionMachine}; what it remembers of a
 * subscription is in {@link io.millrace.core.partition.Subscription}, who gets what next in {@link
 * io.millrace.core.partition.Dispatcher}.
 */
@NullMarked
package io.millrace.core.partition;

import org.jspecify.annotations.NullMarked;
