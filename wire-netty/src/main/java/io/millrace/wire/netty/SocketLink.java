package io.millrace.wire.netty;

import io.millrace.wire.Frame;
import io.millrace.wire.FrameLink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over a socket.
 *
 * <p>Whoever sends writes to the socket itself if that is quickly done, which spares the message a
 * change of threads; much at a time is left to the event loop, and so is what the socket does not
 * take at once. One thread writes at a time: it holds the <em>baton</em>. A thread that finds it
 * taken leaves its frames in the queue, and the holder, which looks again after it gave the baton
 * back, writes them with its own.
 */
public final class SocketLink extends SimpleChannelInboundHandler<ByteBuf> implements FrameLink {

    private static final Logger LOG = LoggerFactory.getLogger(SocketLink.class);

    private static final int LENGTH_FIELD_BYTES = 4;

    /** More than this at a time is written by the event loop, so that the sender can go on. */
    private static final int DIRECT_BYTES = 16 << 10;

    private static final int FRAMES_PER_WRITE = 64;

    /** How often in a row there must have been nothing before a link counts as dead. */
    private static final int SILENT_LOOKS = 3;

    /** How long the other side has to close its end once this one has said its last word. */
    private static final int LINGER_MILLIS = 2_000;

    private final FrameSocketChannel channel;
    private final Runnable afterwards;
    private final ConcurrentLinkedQueue<ByteBuffer> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean baton = new AtomicBoolean();
    private final Runnable readCompletion = this::completeRead;
    private volatile @Nullable Listener listener;
    private volatile boolean gone;
    private String closeReason = "the other side closed the socket";

    // Guarded by the baton.
    private final ByteBuffer[] writing = new ByteBuffer[FRAMES_PER_WRITE];

    // Event loop only.
    private boolean loopWrites;
    private boolean closing;
    private boolean completionQueued;
    private boolean heardFrame;
    private boolean heardSomething;
    private int silentLooks;

    /**
     * @param afterwards runs once the socket is closed and the listener knows
     */
    public SocketLink(FrameSocketChannel channel, Runnable afterwards) {
        this.channel = channel;
        this.afterwards = afterwards;
    }

    /** Who hears what arrives. Before the channel is registered. */
    public void listener(Listener newListener) {
        listener = newListener;
    }

    /** Puts this link behind a decoder of frames. */
    public void install() {
        channel.pipeline()
                .addLast(
                        new LengthFieldBasedFrameDecoder(
                                Frame.MAX_BYTES + LENGTH_FIELD_BYTES,
                                0,
                                LENGTH_FIELD_BYTES,
                                0,
                                LENGTH_FIELD_BYTES))
                .addLast(this);
    }

    /** Closes the link if no frame came within that time: nobody who means it is so silent. */
    public void expectFrameWithin(long millis) {
        var unused =
                channel.eventLoop()
                        .schedule(() -> closeIfSilent(millis), millis, TimeUnit.MILLISECONDS);
    }

    private void closeIfSilent(long millis) {
        Listener hears = listener;
        if (!heardFrame && hears != null) {
            closeReason = "no frame came within " + millis + " ms";
            hears.malformed("Expected a frame within " + millis + " ms, but none came");
            close();
        }
    }

    /**
     * Closes the link if nothing comes for so long: the other side says something now and then, or
     * it is gone without a word. Time in which reading is paused does not count.
     *
     * @param millis at least 3
     */
    public void expectSignsOfLifeWithin(long millis) {
        inLoop(() -> lookAgain(millis));
    }

    private void lookAgain(long millis) {
        if (channel.isOpen()) {
            heardSomething = false;
            var unused =
                    channel.eventLoop()
                            .schedule(
                                    () -> lookForSign(millis),
                                    millis / SILENT_LOOKS,
                                    TimeUnit.MILLISECONDS);
        }
    }

    /** One look after a stall of this loop proves nothing: what came may still wait to be read. */
    private void lookForSign(long millis) {
        if (!channel.isOpen()) {
            return;
        }
        silentLooks = heardSomething || !channel.config().isAutoRead() ? 0 : silentLooks + 1;
        if (silentLooks < SILENT_LOOKS) {
            lookAgain(millis);
            return;
        }
        closeReason = "nothing came for " + millis + " ms";
        LOG.warn("closing {}: {}", channel.remoteAddress(), closeReason);
        channel.close();
    }

    // --- sending, any thread ---

    @Override
    public void send(byte[] array, int offset, int length) {
        queue(array, offset, length);
        flush();
    }

    @Override
    public void queue(byte[] array, int offset, int length) {
        if (!gone) {
            outbound.add(ByteBuffer.wrap(array, offset, length));
        }
    }

    @Override
    public void flush() {
        while (!outbound.isEmpty() && baton.compareAndSet(false, true)) {
            if (!writeQueued()) {
                // The event loop has the baton now, or the socket is broken.
                return;
            }
            baton.set(false);
        }
    }

    /** Writes what is queued; false if the baton has gone to the event loop. */
    private boolean writeQueued() {
        while (true) {
            int bytes = 0;
            int count = 0;
            while (count < FRAMES_PER_WRITE && bytes <= DIRECT_BYTES) {
                ByteBuffer frame = outbound.poll();
                if (frame == null) {
                    break;
                }
                writing[count++] = frame;
                bytes += frame.remaining();
            }
            if (count == 0) {
                return true;
            }
            boolean direct = bytes <= DIRECT_BYTES || channel.eventLoop().inEventLoop();
            if (direct && !writeNow(count)) {
                return false;
            }
            if (!direct || writing[count - 1].hasRemaining()) {
                int frames = count;
                inLoop(() -> leaveToLoop(frames));
                return false;
            }
            java.util.Arrays.fill(writing, 0, count, null);
        }
    }

    /** False if the socket is broken. */
    private boolean writeNow(int count) {
        try {
            channel.writeNow(writing, count);
            return true;
        } catch (IOException e) {
            inLoop(
                    () -> {
                        closeReason = String.valueOf(e.getMessage());
                        channel.close();
                    });
            return false;
        }
    }

    // --- event loop ---

    private void leaveToLoop(int count) {
        loopWrites = true;
        for (int i = 0; i < count; i++) {
            if (writing[i].hasRemaining()) {
                channel.write(Unpooled.wrappedBuffer(writing[i]), channel.voidPromise());
            }
            writing[i] = null;
        }
        for (ByteBuffer more = outbound.poll(); more != null; more = outbound.poll()) {
            channel.write(Unpooled.wrappedBuffer(more), channel.voidPromise());
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this::loopHasWritten);
    }

    private void loopHasWritten(io.netty.util.concurrent.Future<? super Void> written) {
        if (written.isSuccess()) {
            loopWrites = false;
            baton.set(false);
            flush();
            if (closing) {
                endOnceWritten();
            }
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

    /**
     * Ends this direction behind everything that was sent, and drops what still comes. A socket
     * that is closed with unread bytes is reset, and the other side might never read why.
     */
    @Override
    public void close() {
        flush();
        inLoop(
                () -> {
                    if (!closing && channel.isActive()) {
                        closing = true;
                        channel.config().setAutoRead(true);
                        var unused =
                                channel.eventLoop()
                                        .schedule(
                                                () -> channel.close(),
                                                LINGER_MILLIS,
                                                TimeUnit.MILLISECONDS);
                        endOnceWritten();
                    }
                });
    }

    private void endOnceWritten() {
        if (loopWrites) {
            // Comes back here once that is done.
            return;
        }
        if (baton.compareAndSet(false, true)) {
            channel.shutdownOutput();
        } else if (channel.isActive()) {
            // A sender is writing; that is done in a moment.
            inLoop(this::endOnceWritten);
        }
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
        heardFrame = true;
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        Listener hears = listener;
        if (hears != null) {
            hears.received(bytes, 0, bytes.length);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        heardSomething = true;
        // Behind the other sockets that are ready now, so that what they bring is done together.
        if (!completionQueued) {
            completionQueued = true;
            inLoop(readCompletion);
        }
        context.fireChannelReadComplete();
    }

    private void completeRead() {
        completionQueued = false;
        Listener hears = listener;
        if (hears != null) {
            hears.readComplete(true);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone = true;
        outbound.clear();
        Listener hears = listener;
        listener = null;
        if (hears != null) {
            hears.closed(closeReason);
            afterwards.run();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean tooLong = cause instanceof TooLongFrameException;
        if (tooLong && closing) {
            // More of what it is closed for; the timer ends it.
            return;
        }
        closeReason = String.valueOf(cause.getMessage());
        if (tooLong || !(cause instanceof IOException)) {
            LOG.warn("closing {}: {}", channel.remoteAddress(), cause.toString());
        }
        Listener hears = listener;
        if (tooLong && hears != null) {
            hears.malformed(
                    "Expected frames of at most "
                            + Frame.MAX_BYTES
                            + " bytes, but a longer one came");
            close();
        } else {
            context.close();
        }
    }
}
