package io.millrace.server.net;

import io.millrace.wire.BrokerFrame;
import io.millrace.wire.ErrorCode;
import io.millrace.wire.Frame;
import io.millrace.wire.FrameLink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.TooLongFrameException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over a socket. Frames sent by other threads are collected and written in one go by the
 * channel's event loop, so that a burst costs one system call.
 */
final class NettyLink extends SimpleChannelInboundHandler<ByteBuf> implements FrameLink {

    private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);

    /** How long a peer has to close its side once this side has said its last word. */
    private static final long LINGER_MILLIS = 2_000;

    private final SocketChannel channel;
    private final ConcurrentLinkedQueue<ByteBuf> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private @Nullable Listener listener;
    private String closeReason = "the client closed the socket";

    /** Nothing more is read or said. Owned by the loop. */
    private boolean closing;

    NettyLink(SocketChannel channel) {
        this.channel = channel;
    }

    void listener(Listener newListener) {
        this.listener = newListener;
    }

    @Override
    public void send(byte[] array, int offset, int length) {
        outbound.add(Unpooled.wrappedBuffer(array, offset, length));
        scheduleDrain();
    }

    private void scheduleDrain() {
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
        inLoop(this::sayLastWord);
    }

    /**
     * Ends this direction behind everything that was sent, and drops what still comes. A socket
     * that is closed with unread bytes is reset, and the peer might never read why.
     */
    private void sayLastWord() {
        if (closing) {
            return;
        }
        closing = true;
        drain();
        channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> channel.shutdownOutput());
        var unused =
                channel.eventLoop()
                        .schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void pauseReading(boolean paused) {
        inLoop(() -> channel.config().setAutoRead(closing || !paused));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
        if (closing) {
            return;
        }
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        Listener hears = listener;
        if (hears != null) {
            hears.received(bytes, 0, bytes.length);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Listener hears = listener;
        listener = null;
        if (hears != null) {
            hears.closed(closeReason);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof TooLongFrameException && closing) {
            // More of what it is closed for; the timer ends it.
            return;
        }
        closeReason = String.valueOf(cause.getMessage());
        if (cause instanceof TooLongFrameException || !(cause instanceof java.io.IOException)) {
            LOG.warn("closing {}: {}", channel.remoteAddress(), cause.toString());
        }
        if (cause instanceof TooLongFrameException) {
            byte[] closingFrame =
                    new BrokerFrame.Closing(
                                    ErrorCode.PROTOCOL,
                                    "Expected frames of at most "
                                            + Frame.MAX_BYTES
                                            + " bytes, but a longer one came",
                                    -1)
                            .encoded();
            send(closingFrame, 0, closingFrame.length);
            close();
        } else {
            context.close();
        }
    }
}
