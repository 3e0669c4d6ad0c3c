/** The peer Apache ActiveMQ Artemis: its broker in a JVM of its own, with its own libraries. */
@NullMarked
package io.millrace.bench.artemis;

import org.jspecify.annotations.NullMarked;
