/**
 * Programs that a user of Millrace would write: real earthquakes, sent and received through nothing
 * but {@code jakarta.jms}.
 *
 * <p>Start reading at {@link io.millrace.examples.QuakePublisher}, then {@link
 * io.millrace.examples.ArchiveSubscriber}, {@link io.millrace.examples.LocateWorker}, {@link
 * io.millrace.examples.AlertSubscriber} and {@link io.millrace.examples.QuestionDesk}: each is a
 * small program of its own. {@link io.millrace.examples.EarthquakeDemo} runs them all at once. The
 * one line that names Millrace stands in {@link io.millrace.examples.Settings}; nobody depends on
 * this package.
 */
@NullMarked
package io.millrace.examples;

import org.jspecify.annotations.NullMarked;
