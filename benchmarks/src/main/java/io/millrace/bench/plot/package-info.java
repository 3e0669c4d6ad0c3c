/**
 * Small plots as SVG text, without a library: a figure has at most a few dozen points. Start at
 * {@link io.millrace.bench.plot.BarChart} or {@link io.millrace.bench.plot.GrowthChart}; both draw
 * on {@link io.millrace.bench.plot.Canvas}. Knows nothing of what is measured.
 */
@NullMarked
package io.millrace.bench.plot;

import org.jspecify.annotations.NullMarked;
