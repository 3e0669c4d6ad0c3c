package io.millrace.storage.segment;

import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flusher's side of one log: writes what the owner queued, forces it, and reports. Owned by the
 * flusher: its thread, or one that does a round in its place, except where a method says otherwise.
 *
 * <p>A <em>marker</em> covers the last entry. Each record says what was durable when it was
 * written, and that is how recovery tells damage from a torn end; after the last entry no record
 * follows, so when a log has been idle for a while one without a body is written at the end and
 * forced. The next entry overwrites it. Under load none is ever written.
 */
final class LogFlush {

    private static final Logger LOG = LoggerFactory.getLogger(LogFlush.class);

    /** How long after it was seen an entry that nobody waits for may go without a flush. */
    static final long UNHURRIED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Most bytes of such entries that go without a flush. */
    private static final long UNHURRIED_BYTES = 8 << 20;

    /**
     * Most bytes that a round writes beyond what it flushes. This bounds what is not durable: 8 MiB
     * and 4 MiB written, and 64 MiB in the {@link ChunkPool}, when a flush begins; 4 and 64 MiB
     * more before it ends.
     */
    private static final long AHEAD_BYTES = 4 << 20;

    private final Flusher flusher;
    private final AppendBuffer buffer;
    private final SegmentWriter writer;
    private final SpareFiles spares;
    private final RecordEncoder markerEncoder;
    private final PartitionLog.Listener listener;
    private final LogHealth health;
    private final long idleNanos;

    private long markedTo;
    private long lastFlushNanos;

    /** When an entry that nobody waits for was first seen; meaningless unless {@link #waiting}. */
    private long waitingSinceNanos;

    private boolean waiting;

    // Written by the flusher's thread, read by any.
    private volatile long durableTo;
    private volatile boolean closed;

    // Written by the owner.
    private volatile boolean closing;
    private volatile long hurriedTo;

    /** The parts of one log that a flush works with. */
    record Parts(
            AppendBuffer buffer,
            SegmentWriter writer,
            SpareFiles spares,
            LogIdentity identity,
            LogHealth health) {}

    /**
     * @param durableTo what recovery made durable
     * @param markedTo what records on the disk already say to be durable
     */
    LogFlush(Parts parts, SegmentedLogConfig config, long durableTo, long markedTo) {
        this.flusher = config.flusher();
        this.listener = config.listener();
        this.idleNanos = TimeUnit.MILLISECONDS.toNanos(config.limits().idleMillis());
        this.buffer = parts.buffer();
        this.writer = parts.writer();
        this.spares = parts.spares();
        this.health = parts.health();
        this.markerEncoder = new RecordEncoder(parts.identity());
        this.durableTo = durableTo;
        this.markedTo = markedTo;
        this.lastFlushNanos = flusher.nanoTime();
    }

    // --- any thread ---

    long durableTo() {
        return durableTo;
    }

    boolean isClosed() {
        return closed;
    }

    /** Somebody waits for what was appended. The owner's thread alone. */
    void hurry() {
        hurriedTo = buffer.publishedTo();
    }

    /** Waits until everything before the offset is durable. The owner's thread alone. */
    void awaitDurable(long offset) {
        hurry();
        flusher.wake();
        flusher.await(this, () -> durableTo >= offset || health.failed());
        health.requireWorking();
    }

    /**
     * Flushes what is queued, writes a last marker, and closes the file. Returns when that is done.
     */
    void close() {
        closing = true;
        flusher.wake();
        flusher.await(this, () -> closed);
    }

    // --- flusher's thread ---

    boolean hasWork() {
        if (health.failed() || closing) {
            return closing && !closed;
        }
        return isFlushDue() || buffer.hasComplete();
    }

    private boolean isFlushDue() {
        return hurriedTo > durableTo
                || closing
                || buffer.publishedTo() - durableTo > UNHURRIED_BYTES
                || waiting && flusher.nanoTime() - waitingSinceNanos >= UNHURRIED_NANOS;
    }

    /** Nanoseconds until there is something to do that nobody waits for. */
    long nanosToWork() {
        if (health.failed() || closing || buffer.publishedTo() <= durableTo) {
            return nanosToMarker();
        }
        return waiting
                ? Math.max(1, waitingSinceNanos + UNHURRIED_NANOS - flusher.nanoTime())
                : UNHURRIED_NANOS;
    }

    private long nanosToMarker() {
        if (durableTo == markedTo || health.failed() || closing) {
            return Long.MAX_VALUE;
        }
        return Math.max(1, lastFlushNanos + idleNanos - flusher.nanoTime());
    }

    /** Flushes once; false if there was nothing to do. */
    boolean round() {
        if (closed) {
            return false;
        }
        try {
            if (health.failed()) {
                return closing && finish();
            }
            if (flush()) {
                return true;
            }
            if (closing) {
                mark();
                return finish();
            }
            if (durableTo != markedTo
                    && buffer.publishedTo() == durableTo
                    && lastFlushNanos + idleNanos - flusher.nanoTime() <= 0) {
                mark();
                return true;
            }
            return false;
        } catch (IOException e) {
            fail(LogFailures.of("write", writer.segment().path(), e));
            return true;
        } catch (RuntimeException e) {
            LOG.error("A flush of " + writer.segment().path() + " threw", e);
            failBecause("a flush threw " + e);
            return true;
        }
    }

    private boolean flush() throws IOException {
        long target = buffer.publishedTo();
        if (!isFlushDue()) {
            if (!waiting && target > durableTo) {
                waiting = true;
                waitingSinceNanos = flusher.nanoTime();
            }
            return buffer.hasComplete() && buffer.drain(durableTo, AHEAD_BYTES, writer);
        }
        waiting = false;
        boolean worked = buffer.drain(target, AHEAD_BYTES, writer);
        if (target == durableTo) {
            return worked;
        }
        writer.force();
        durableTo = target;
        lastFlushNanos = flusher.nanoTime();
        listener.durableUpTo(target);
        signal();
        if (writer.isFillingUp()) {
            spares.prepareIfNone();
        }
        return true;
    }

    /**
     * Writes a marker behind the last durable entry, unless part of the next entry is already
     * there.
     */
    private void mark() throws IOException {
        SegmentHeader segment = writer.segment().header();
        long position = segment.positionOf(durableTo);
        if (durableTo == markedTo || writer.writtenTo() > position) {
            return;
        }
        markerEncoder.segment(segment.generation());
        markerEncoder.stamp(durableTo, segment.lastMillis());
        markerEncoder.begin(RecordLayout.MARKER, durableTo, 0, 0);
        writer.overwritable(position, ByteBuffer.wrap(markerEncoder.finish()));
        writer.force();
        markedTo = durableTo;
    }

    private boolean finish() {
        try {
            writer.close();
        } catch (IOException e) {
            LOG.warn("Segment file " + writer.segment().path() + " did not close", e);
        }
        closed = true;
        signal();
        return true;
    }

    /** Fails because of a bug, or because the process is out of memory. */
    void failBecause(String cause) {
        fail(
                new LogFailure(
                        LogFailure.Kind.MISUSE,
                        "Expected a working flusher, but " + cause + "; reopen the log"));
    }

    private void fail(LogFailure failure) {
        if (health.failed()) {
            return;
        }
        health.fail(failure);
        buffer.abandon();
        signal();
        try {
            listener.failed(failure);
        } catch (RuntimeException e) {
            LOG.error("A log's listener failed to hear: " + failure.getMessage(), e);
        }
    }

    private synchronized void signal() {
        notifyAll();
    }
}
