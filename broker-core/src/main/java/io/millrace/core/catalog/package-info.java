/**
 * The machine that knows what exists: destinations, their placement, durable subscriptions, client
 * ids. Partition 0.
 *
 * <p>Start reading at {@link io.millrace.core.catalog.CatalogMachine}.
 */
@NullMarked
package io.millrace.core.catalog;

import org.jspecify.annotations.NullMarked;
