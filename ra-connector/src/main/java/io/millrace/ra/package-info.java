/**
 * The resource adapter: Millrace's client inside an application server, with its pools,
 * transactions and message-driven beans.
 *
 * <p>It stands on the Jakarta Messaging client alone and never sees the broker.
 */
@NullMarked
package io.millrace.ra;

import org.jspecify.annotations.NullMarked;
