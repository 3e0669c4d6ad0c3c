/**
 * The tools that look at a log without a broker, and repair one that no broker opens.
 *
 * <p>Start reading at {@link io.millrace.server.logs.LogDump}. The bytes are the business of {@code
 * io.millrace.storage.segment}; here is what they mean, and how it is told to a person. Only the
 * command line enters.
 */
@NullMarked
package io.millrace.server.logs;

import org.jspecify.annotations.NullMarked;
