/** Frames over sockets: what client and broker share of Netty. */
@NullMarked
package io.millrace.wire.netty;

import org.jspecify.annotations.NullMarked;
