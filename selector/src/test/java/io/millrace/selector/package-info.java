/** Tests of message selectors, by paragraph of the specification. */
@NullMarked
package io.millrace.selector;

import org.jspecify.annotations.NullMarked;
