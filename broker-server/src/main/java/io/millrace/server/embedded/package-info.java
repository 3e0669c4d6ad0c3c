/**
 * Brokers inside the application's JVM, for {@code millrace:file:} and {@code millrace:mem:}. Start
 * reading at {@link io.millrace.server.embedded.EmbeddedBrokerRegistry}.
 */
@NullMarked
package io.millrace.server.embedded;

import org.jspecify.annotations.NullMarked;
