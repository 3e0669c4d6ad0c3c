/**
 * What can be set for a broker: the keys, what they may be, and where they are read from.
 *
 * <p>Start reading at {@link io.millrace.server.configuration.BrokerKey}.
 */
@NullMarked
package io.millrace.server.configuration;

import org.jspecify.annotations.NullMarked;
