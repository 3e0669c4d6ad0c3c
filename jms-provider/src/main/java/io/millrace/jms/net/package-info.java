/** Links to a broker: sockets through Netty, and a hand-over thread for brokers in this JVM. */
@NullMarked
package io.millrace.jms.net;

import org.jspecify.annotations.NullMarked;
