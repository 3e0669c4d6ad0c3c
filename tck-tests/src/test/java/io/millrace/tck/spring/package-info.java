/** Spring's JMS support on this provider, unchanged. */
@NullMarked
package io.millrace.tck.spring;

import org.jspecify.annotations.NullMarked;
