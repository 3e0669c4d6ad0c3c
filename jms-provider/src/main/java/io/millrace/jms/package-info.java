/**
 * The Jakarta Messaging 3.1 client. Start reading at {@link
 * io.millrace.jms.MillraceConnectionFactory}.
 *
 * <p>The classes here are thin: they keep the rules of the specification that concern one object,
 * and hand everything else to {@code io.millrace.jms.client}.
 */
@NullMarked
package io.millrace.jms;

import org.jspecify.annotations.NullMarked;
