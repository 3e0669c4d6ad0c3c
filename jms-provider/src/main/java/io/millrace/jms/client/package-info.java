/**
 * The client behind the facades: producers' windows, consumers' deliveries, and the connection that
 * comes back.
 *
 * <p>Start reading at {@link io.millrace.jms.client.BrokerConnection}. {@link
 * io.millrace.jms.client.ProducerCore} and {@link io.millrace.jms.client.ConsumerCore} do no IO,
 * know no clock and have no threads: frames go to a {@link io.millrace.jms.client.FrameOutput}.
 * Each is guarded by its own monitor.
 */
@NullMarked
package io.millrace.jms.client;

import org.jspecify.annotations.NullMarked;
