package io.millrace.jms.net;

import io.millrace.jms.client.BrokerAddress.HostPort;
import io.millrace.wire.FrameLink;
import io.millrace.wire.netty.FrameSocketChannel;
import io.millrace.wire.netty.SocketLink;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/** Connects to brokers over sockets. */
public final class SocketConnector {

    private SocketConnector() {}

    /** Connects, or throws an IOException after the timeout in milliseconds. */
    public static FrameLink connect(HostPort to, int timeoutMillis, FrameLink.Listener listener)
            throws IOException {
        // Not looked up in the pipeline afterwards: a socket that is gone again has an empty one.
        AtomicReference<SocketLink> link = new AtomicReference<>();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(SharedLoop.acquire())
                        .channel(FrameSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                        .handler(
                                new ChannelInitializer<FrameSocketChannel>() {
                                    @Override
                                    protected void initChannel(FrameSocketChannel socket) {
                                        SocketLink made =
                                                new SocketLink(socket, SharedLoop::release);
                                        made.listener(listener);
                                        made.install();
                                        link.set(made);
                                    }
                                });
        ChannelFuture connected = bootstrap.connect(to.host(), to.port()).awaitUninterruptibly();
        SocketLink made = link.get();
        if (!connected.isSuccess() || made == null) {
            SharedLoop.release();
            throw new IOException("no broker at " + to.host() + ":" + to.port(), connected.cause());
        }
        return made;
    }
}
