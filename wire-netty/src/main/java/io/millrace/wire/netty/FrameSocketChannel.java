package io.millrace.wire.netty;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A socket that other threads than its event loop may write to, as long as Netty itself has nothing
 * to write: {@link SocketLink} sees to that.
 */
public final class FrameSocketChannel extends NioSocketChannel {

    /** A socket to connect. */
    public FrameSocketChannel() {}

    FrameSocketChannel(Channel parent, SocketChannel accepted) {
        super(parent, accepted);
    }

    /** Writes what the socket takes, without waiting. */
    void writeNow(ByteBuffer[] frames, int count) throws IOException {
        javaChannel().write(frames, 0, count);
    }
}
