/**
 * What an operator's monitoring can know of a broker. Start at {@link
 * io.millrace.server.metrics.BrokerMetrics}.
 *
 * <p>The only room that sees Micrometer, and no other room of the broker comes here but the command
 * line, if it is asked to: applications with a broker inside need no Micrometer.
 */
@NullMarked
package io.millrace.server.metrics;

import org.jspecify.annotations.NullMarked;
