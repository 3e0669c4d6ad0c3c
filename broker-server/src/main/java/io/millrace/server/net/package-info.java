/**
 * Links to clients: sockets through Netty, and links inside one JVM. Start reading at {@link
 * io.millrace.server.net.ClientLink}.
 */
@NullMarked
package io.millrace.server.net;

import org.jspecify.annotations.NullMarked;
