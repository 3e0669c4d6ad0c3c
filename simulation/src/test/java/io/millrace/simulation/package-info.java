/** Runs of the simulation: fixed seeds with every build, any number on request. */
@NullMarked
package io.millrace.simulation;

import org.jspecify.annotations.NullMarked;
