/**
 * A log in memory, for {@code millrace:mem:} and tests. Start reading at {@link
 * io.millrace.storage.heap.HeapLog}.
 */
@NullMarked
package io.millrace.storage.heap;

import org.jspecify.annotations.NullMarked;
