/**
 * Work that is done ahead of whoever needs it, by several threads, with its results in order. Knows
 * nothing of logs.
 */
@NullMarked
package io.millrace.storage.ahead;

import org.jspecify.annotations.NullMarked;
