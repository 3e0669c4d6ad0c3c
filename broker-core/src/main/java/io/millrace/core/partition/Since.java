package io.millrace.core.partition;

import io.millrace.wire.RewindFrom;

/**
 * A place in the past of a destination.
 *
 * @param from what {@code value} is: a sequence, or milliseconds since 1970
 */
public record Since(RewindFrom from, long value) {}
