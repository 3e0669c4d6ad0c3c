package io.millrace.jms.net;

import io.millrace.jms.client.BrokerAddress.HostPort;
import io.millrace.wire.Frame;
import io.millrace.wire.FrameLink;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over a socket. Frames of all threads are collected and written in one go by the event
 * loop.
 */
public final class SocketLink extends SimpleChannelInboundHandler<ByteBuf> implements FrameLink {

    private static final Logger LOG = LoggerFactory.getLogger(SocketLink.class);

    private static final int LENGTH_FIELD_BYTES = 4;

    private final Channel channel;
    private final Listener listener;
    private final ConcurrentLinkedQueue<ByteBuf> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private String closeReason = "the broker closed the socket";

    private SocketLink(Channel channel, Listener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    /** Connects, or throws an IOException after the timeout in milliseconds. */
    public static FrameLink connect(HostPort to, int timeoutMillis, Listener listener)
            throws IOException {
        // Not looked up in the pipeline afterwards: a socket that is gone again has an empty one.
        AtomicReference<SocketLink> link = new AtomicReference<>();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(SharedLoop.acquire())
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel socket) {
                                        link.set(new SocketLink(socket, listener));
                                        socket.pipeline().addLast(frames(), link.get());
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

    private static LengthFieldBasedFrameDecoder frames() {
        return new LengthFieldBasedFrameDecoder(
                Frame.MAX_BYTES + LENGTH_FIELD_BYTES, 0, LENGTH_FIELD_BYTES, 0, LENGTH_FIELD_BYTES);
    }

    @Override
    public void send(byte[] array, int offset, int length) {
        outbound.add(Unpooled.wrappedBuffer(array, offset, length));
        if (drainScheduled.compareAndSet(false, true)) {
            inLoop(this::drain);
        }
    }

    /** Once the loop has ended, the socket is gone and there is nothing left to do. */
    private void inLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException ended) {
            LOG.debug("the loop of {} has ended", channel.remoteAddress());
        }
    }

    private void drain() {
        drainScheduled.set(false);
        boolean wrote = false;
        for (ByteBuf frame = outbound.poll(); frame != null; frame = outbound.poll()) {
            channel.write(frame, channel.voidPromise());
            wrote = true;
        }
        if (wrote) {
            channel.flush();
        }
    }

    @Override
    public void close() {
        inLoop(
                () -> {
                    drain();
                    channel.close();
                });
    }

    @Override
    public void pauseReading(boolean paused) {
        inLoop(() -> channel.config().setAutoRead(!paused));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        listener.received(bytes, 0, bytes.length);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        listener.closed(closeReason);
        SharedLoop.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        closeReason = String.valueOf(cause);
        context.close();
    }
}
