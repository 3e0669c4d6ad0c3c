/**
 * Message selectors (Jakarta Messaging 3.1, 3.8): text to an expression, and that to a predicate.
 *
 * <p>Start reading at {@link io.millrace.selector.Selector}; the grammar is {@code Selector.g4}.
 * {@link io.millrace.selector.Expression} is the abstract syntax, {@code Compiler} turns it into
 * conditions that are evaluated without allocating. Knows nothing of messages but {@link
 * io.millrace.selector.Attributes}, and may be used by client and broker.
 */
@NullMarked
package io.millrace.selector;

import org.jspecify.annotations.NullMarked;
