package io.millrace.core;

import io.millrace.wire.Id128;
import org.jspecify.annotations.Nullable;

/**
 * Who a command comes from.
 *
 * @param linkId number of the socket or in-JVM link, never used twice by a broker process; answers
 *     go there
 * @param connectionId incarnation of the JMS connection; the same over all links of one connection
 * @param user the authenticated user, null for an anonymous one
 */
public record Origin(long linkId, Id128 connectionId, @Nullable String user) {}
