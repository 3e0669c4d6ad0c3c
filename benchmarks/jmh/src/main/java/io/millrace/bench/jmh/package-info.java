/**
 * What single pieces cost, with JMH: {@code benchmarks/run jmh}. Each benchmark is a class of its
 * own; start reading at {@link io.millrace.bench.jmh.PartitionBenchmark}, the middle of the road of
 * a message. Each prepares in its constructor, so that no field is ever null.
 */
@NullMarked
package io.millrace.bench.jmh;

import org.jspecify.annotations.NullMarked;
