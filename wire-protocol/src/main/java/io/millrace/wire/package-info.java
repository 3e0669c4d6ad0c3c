/**
 * What client and broker say to each other: frames, message batches and the codecs for both.
 *
 * <p>Start reading at {@link io.millrace.wire.Frame}; {@code docs/PROTOCOL.md} is the same in
 * tables. Knows no socket: a frame is written to a {@link io.millrace.wire.WireOutput} and read
 * from a {@link io.millrace.wire.WireInput}, and travels over a {@link io.millrace.wire.FrameLink}.
 */
@NullMarked
package io.millrace.wire;

import org.jspecify.annotations.NullMarked;
