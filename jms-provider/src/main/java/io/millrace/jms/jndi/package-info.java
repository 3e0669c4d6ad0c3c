/**
 * Finding factories and destinations by name (Jakarta Messaging 3.1, 4.2 and 5): {@link
 * io.millrace.jms.jndi.MillraceInitialContextFactory} for applications that configure names by
 * properties, {@link io.millrace.jms.jndi.MillraceObjects} for naming services that keep
 * references.
 */
@NullMarked
package io.millrace.jms.jndi;

import org.jspecify.annotations.NullMarked;
