/** The provider through nothing but {@code jakarta.jms}, over each kind of URI. */
@NullMarked
package io.millrace.tck;

import org.jspecify.annotations.NullMarked;
