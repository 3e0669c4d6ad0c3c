/**
 * The arrows between the modules, as tests. Where to start: {@link
 * io.millrace.architecture.ArrowsTest}.
 */
@NullMarked
package io.millrace.architecture;

import org.jspecify.annotations.NullMarked;
