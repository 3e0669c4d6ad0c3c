/**
 * The shell around the core: threads, sockets, embedded brokers, the command line. It acts and
 * never decides.
 *
 * <p>Start reading at {@link io.millrace.server.Broker}.
 */
@NullMarked
package io.millrace.server;

import org.jspecify.annotations.NullMarked;
