/**
 * The surroundings of the Jakarta Messaging TCK: a broker with its users, and the names that are
 * looked up. Start with {@link io.millrace.tck.official.RunningBroker}; nothing else enters.
 */
@NullMarked
package io.millrace.tck.official;

import org.jspecify.annotations.NullMarked;
