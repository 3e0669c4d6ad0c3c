/**
 * Transaction managers that drive this provider together with a database: Narayana, Atomikos, and
 * Spring on top.
 *
 * <p>Start with {@code TransactionManagerKillTest}: applications die in the middle of a commit, and
 * the broker with them. {@code mvn verify} does that a few times; {@code -Djta.rounds=N} sets how
 * often.
 */
@NullMarked
package io.millrace.tck.jta;

import org.jspecify.annotations.NullMarked;
