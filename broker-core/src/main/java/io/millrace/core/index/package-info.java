/**
 * The index port: room outside the heap for what outgrows it, which may be lost at any time.
 *
 * <p>Start reading at {@link io.millrace.core.index.PageIndex}. Implementations pass one contract
 * test. Nothing in this package knows what a page means.
 */
@NullMarked
package io.millrace.core.index;

import org.jspecify.annotations.NullMarked;
