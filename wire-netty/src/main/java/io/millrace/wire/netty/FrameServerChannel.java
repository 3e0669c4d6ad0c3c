package io.millrace.wire.netty;

import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;

/** Listens, and makes a {@link FrameSocketChannel} of each socket. */
public final class FrameServerChannel extends NioServerSocketChannel {

    @Override
    protected int doReadMessages(List<Object> accepted) throws IOException {
        SocketChannel socket = javaChannel().accept();
        if (socket == null) {
            return 0;
        }
        accepted.add(new FrameSocketChannel(this, socket));
        return 1;
    }
}
