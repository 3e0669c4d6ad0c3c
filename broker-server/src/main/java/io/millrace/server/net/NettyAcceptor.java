package io.millrace.server.net;

import io.millrace.wire.FrameLink;
import io.millrace.wire.netty.FrameServerChannel;
import io.millrace.wire.netty.FrameSocketChannel;
import io.millrace.wire.netty.SocketLink;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Listens on a port and makes a link of each socket. */
public final class NettyAcceptor implements AutoCloseable {

    /** How long a new socket has to say Hello. */
    private static final long HELLO_LIMIT_MILLIS = 10_000;

    private final EventLoopGroup loops;
    private final Channel channel;
    private final ChannelGroup sockets;

    private NettyAcceptor(EventLoopGroup loops, Channel channel, ChannelGroup sockets) {
        this.loops = loops;
        this.channel = channel;
        this.sockets = sockets;
    }

    /**
     * Starts to listen.
     *
     * @param port 0 for a free one
     * @param threads how many event loops serve the sockets
     * @param accept makes the listener of a new link
     * @throws IllegalStateException if the port cannot be had
     */
    public static NettyAcceptor listen(
            String host, int port, int threads, Function<FrameLink, FrameLink.Listener> accept) {
        return listen(host, port, threads, ClientLink.SILENCE_MILLIS, accept);
    }

    /**
     * The same with a limit of its own.
     *
     * @param silenceMillis a client of which nothing was heard for so long is taken for dead
     */
    static NettyAcceptor listen(
            String host,
            int port,
            int threads,
            long silenceMillis,
            Function<FrameLink, FrameLink.Listener> accept) {
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(
                        threads,
                        new DefaultThreadFactory("millrace-io", true),
                        NioIoHandler.newFactory());
        ChannelGroup sockets = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(FrameServerChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<FrameSocketChannel>() {
                                    @Override
                                    protected void initChannel(FrameSocketChannel socket) {
                                        sockets.add(socket);
                                        SocketLink link = new SocketLink(socket, () -> {});
                                        link.listener(accept.apply(link));
                                        link.install();
                                        link.expectFrameWithin(HELLO_LIMIT_MILLIS);
                                        link.expectSignsOfLifeWithin(silenceMillis);
                                    }
                                });
        try {
            return new NettyAcceptor(
                    loops, bootstrap.bind(host, port).syncUninterruptibly().channel(), sockets);
        } catch (RuntimeException e) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        } catch (Exception e) {
            // Netty throws the checked BindException without declaring it.
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IllegalStateException(
                    "Expected "
                            + host
                            + ":"
                            + port
                            + " to be free, but "
                            + e.getMessage()
                            + "; choose another port",
                    e);
        }
    }

    /** The port that is listened on. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        // A loop that is told to end may do so without closing its sockets, and the clients would
        // wait for their heartbeats to fail.
        sockets.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
