/**
 * End-to-end load through {@code jakarta.jms} alone, on Millrace and on its peers, side by side.
 *
 * <p>Start reading at {@link io.millrace.bench.Comparison}: it starts a broker and a driver for
 * each run, each in a JVM of its own, and prints what they did. What a driver does is a {@link
 * io.millrace.bench.Workload}. Knows no provider by anything but the name of its connection
 * factory.
 */
@NullMarked
package io.millrace.bench;

import org.jspecify.annotations.NullMarked;
