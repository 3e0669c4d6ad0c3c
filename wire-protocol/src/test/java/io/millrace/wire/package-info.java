/** Tests of the wire: golden bytes, truncation, corruption, and the tables of the documentation. */
@NullMarked
package io.millrace.wire;

import org.jspecify.annotations.NullMarked;
