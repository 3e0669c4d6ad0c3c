/**
 * The log on a broker's own disk: segments, group commit, recovery.
 *
 * <p>Start reading at {@link io.millrace.storage.segment.SegmentedLog}; the byte layouts stand in
 * {@code docs/LOG-FORMAT.md} and in {@link io.millrace.storage.segment.RecordLayout}. The way of an
 * entry: {@code SegmentedLog} (owner's thread) encodes it into chunks of an {@code AppendBuffer},
 * {@code LogFlush} (the flusher's thread) writes the chunks, forces the file and reports. What
 * comes back after a crash is decided in {@code Recovery}. Others may use the public types only.
 */
@NullMarked
package io.millrace.storage.segment;

import org.jspecify.annotations.NullMarked;
