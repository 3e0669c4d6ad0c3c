/**
 * Where the bytes of messages are: a cache of recent ones, and an index of what lies where in the
 * log.
 *
 * <p>Start reading at {@link io.millrace.server.messages.MessageStore}. Everything here belongs to
 * one partition's thread, except the reading itself.
 */
@NullMarked
package io.millrace.server.messages;

import org.jspecify.annotations.NullMarked;
