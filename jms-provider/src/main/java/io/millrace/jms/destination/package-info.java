/** Queues and topics as the application holds them. Immutable. */
@NullMarked
package io.millrace.jms.destination;

import org.jspecify.annotations.NullMarked;
