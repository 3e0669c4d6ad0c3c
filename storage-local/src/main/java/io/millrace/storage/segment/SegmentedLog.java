package io.millrace.storage.segment;

import io.millrace.core.log.EntryBody;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.storage.file.DiskLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log in segment files of one directory.
 *
 * <p>The offset of an entry is its position in the byte sequence of all records, so that an entry
 * is found without an index, and {@link #endOffset} is exactly what the next {@link #append}
 * returns.
 *
 * <p>{@link #append} encodes into memory and returns; the disk's {@link Flusher} does the rest. It
 * waits only when more than the flusher's limit is queued. The listener is called on the flusher's
 * thread, or within {@link #appendAndFlush}, which flushes in the caller's thread if the disk is
 * idle.
 *
 * <p>Fields are grouped by owner.
 */
public final class SegmentedLog implements PartitionLog {

    private static final int MAX_FOOTER_BYTES = 4 << 20;

    /** More is better left to the flusher, so that the owner can prepare the next entry. */
    private static final int INLINE_FLUSH_BYTES = 16 << 10;

    // Constant.
    private final LogDirectory directory;
    private final SegmentLimits limits;
    private final Flusher flusher;
    private final Listener listener;
    private final LogIdentity identity;
    private final DiskLock lock;
    private final LogHealth health = new LogHealth();
    private final AppendBuffer buffer;
    private final SegmentWriter writer;
    private final LogFlush flush;
    private final SpareFiles spares;
    private final EntryReader reader;
    private final int recoveryThreads;

    // How encode looks at slices: kept, so that an append allocates nothing.
    private final Slice checksum;
    private final Slice store;

    // Owner's thread.
    private final CheckpointFiles checkpoints;
    private final RecordEncoder encoder;
    private Segment active;
    private long lastMillis;
    private int nextGeneration;

    // Written by the owner's thread, read by any.
    private volatile List<Segment> segments;
    private volatile boolean closed;

    private SegmentedLog(
            SegmentedLogConfig config,
            LogDirectory directory,
            DiskLock lock,
            Recovery.Recovered recovered) {
        this.directory = directory;
        this.limits = config.limits();
        this.flusher = config.flusher();
        this.listener = config.listener();
        this.identity = recovered.identity();
        this.lock = lock;
        this.writer = recovered.writer();
        this.spares = recovered.spares();
        this.checkpoints = recovered.checkpoints();
        this.encoder = new RecordEncoder(identity);
        this.segments = List.copyOf(recovered.segments());
        this.active = segments.get(segments.size() - 1);
        this.lastMillis = recovered.lastMillis();
        this.nextGeneration = recovered.nextGeneration();
        this.reader = new EntryReader(directory);
        this.recoveryThreads = config.recoveryThreads();
        this.buffer = new AppendBuffer(flusher, active, recovered.endOffset(), health);
        this.flush =
                new LogFlush(
                        new LogFlush.Parts(buffer, writer, spares, identity, health),
                        config,
                        recovered.endOffset(),
                        recovered.markedTo());
        this.checksum = encoder::body;
        this.store = buffer::put;
        encoder.segment(active.header().generation());
    }

    /**
     * Opens the log in a directory, or creates it.
     *
     * @throws LogFailure LOCKED if somebody has it open; CORRUPT if stored bytes are damaged where
     *     no crash can have damaged them; FENCED if an owner of a higher epoch wrote to it; DEVICE
     *     or FULL if the disk refuses; MISUSE if it belongs to another partition
     */
    public static SegmentedLog open(SegmentedLogConfig config) {
        LogDirectory directory = new LogDirectory(config.flusher().disk(), config.directory());
        try {
            directory.disk().createDirectories(directory.path());
            DiskLock lock = directory.disk().lock(directory.lock());
            try {
                Recovery.Recovered recovered = new Recovery(config, directory).run();
                SegmentedLog log = new SegmentedLog(config, directory, lock, recovered);
                config.flusher().add(log.flush);
                return log;
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw LogFailures.of("open", directory.path(), e);
        }
    }

    // --- appending ---

    @Override
    public long append(EntryBody body, long nowMillis) {
        long offset = put(body, nowMillis);
        flush.hurry();
        flusher.wake();
        return offset;
    }

    @Override
    public long appendUnhurried(EntryBody body, long nowMillis) {
        long offset = put(body, nowMillis);
        if (buffer.takeCompleted()) {
            flusher.wake();
        } else {
            flusher.wakeForLater();
        }
        return offset;
    }

    @Override
    public void hurry() {
        requireOpen();
        flush.hurry();
        flusher.wake();
    }

    @Override
    public long appendAndFlush(EntryBody body, long nowMillis) {
        long offset = put(body, nowMillis);
        flush.hurry();
        if (body.sizeBytes() > INLINE_FLUSH_BYTES || !flusher.flushHere(flush)) {
            flusher.wake();
        }
        return offset;
    }

    private long put(EntryBody body, long nowMillis) {
        requireOpen();
        int bodyBytes = body.sizeBytes();
        if (bodyBytes > limits.maxEntryBytes()) {
            throw LogFailures.misuse(
                    "Expected an entry of at most %d bytes, but it has %d"
                            .formatted(limits.maxEntryBytes(), bodyBytes));
        }
        long offset = buffer.publishedTo();
        long stored = RecordLayout.storedBytes(bodyBytes, limits.recordBytes());
        if (!active.fits(offset, stored)) {
            roll(offset);
        }
        lastMillis = Math.max(lastMillis, nowMillis);
        encoder.stamp(flush.durableTo(), lastMillis);
        encode(body, offset);
        buffer.publish(offset + stored);
        return offset;
    }

    private void encode(EntryBody body, long offset) {
        int left = body.sizeBytes();
        long at = offset;
        int from = 0;
        int flags = 0;
        do {
            int part = Math.min(left, limits.recordBytes());
            if (part < left) {
                flags |= RecordLayout.CONTINUES;
            } else {
                flags &= ~RecordLayout.CONTINUES;
            }
            encoder.begin(flags, at, part, left);
            forEachSlice(body, from, part, checksum);
            buffer.put(encoder.finish(), 0, RecordLayout.HEADER_BYTES);
            forEachSlice(body, from, part, store);
            long stored = RecordLayout.storedBytes(part);
            buffer.putZeros((int) (stored - RecordLayout.HEADER_BYTES - part));
            flags |= RecordLayout.CONTINUED;
            at += stored;
            from += part;
            left -= part;
        } while (left > 0);
    }

    private interface Slice {
        void accept(byte[] bytes, int offset, int length);
    }

    /** Visits the part of a body that begins {@code from} bytes into it. */
    private static void forEachSlice(EntryBody body, int from, int length, Slice to) {
        int skip = from;
        int left = length;
        for (int slice = 0; left > 0; slice++) {
            int size = body.length(slice);
            if (skip >= size) {
                skip -= size;
                continue;
            }
            int now = Math.min(left, size - skip);
            to.accept(body.array(slice), body.offset(slice) + skip, now);
            skip = 0;
            left -= now;
        }
    }

    private void roll(long offset) {
        byte[] footer = listener.sealing(new SealedSegment(active.base(), offset));
        if (footer.length > MAX_FOOTER_BYTES) {
            throw LogFailures.misuse(
                    "Expected a footer of at most %d bytes, but it has %d"
                            .formatted(MAX_FOOTER_BYTES, footer.length));
        }
        boolean fits =
                active.header().positionOf(offset) + RecordLayout.storedBytes(footer.length)
                        <= active.header().capacityBytes();
        byte[] body = fits ? footer : new byte[0];
        if (!fits) {
            active.pendingFooter(footer);
        }
        encoder.stamp(flush.durableTo(), lastMillis);
        int flags = fits ? RecordLayout.SEAL : RecordLayout.SEAL | RecordLayout.FOOTER_ELSEWHERE;
        encoder.begin(flags, offset, body.length, body.length);
        encoder.body(body, 0, body.length);
        buffer.put(encoder.finish(), 0, RecordLayout.HEADER_BYTES);
        buffer.put(body, 0, body.length);
        active.seal(offset);

        SegmentHeader header =
                new SegmentHeader(
                        identity.logId(),
                        identity.partition(),
                        offset,
                        nextGeneration++,
                        identity.epoch(),
                        limits.segmentBytes(),
                        active.base(),
                        lastMillis);
        active = new Segment(header, directory.segment(offset));
        List<Segment> longer = new ArrayList<>(segments);
        longer.add(active);
        segments = List.copyOf(longer);
        encoder.segment(header.generation());
        buffer.beginSegment(active);
    }

    @Override
    public long endOffset() {
        return buffer.publishedTo();
    }

    /** The epoch that entries are written under. Any thread. */
    public long epoch() {
        return identity.epoch();
    }

    @Override
    public long durableOffset() {
        return flush.durableTo();
    }

    @Override
    public int maxEntryBytes() {
        return limits.maxEntryBytes();
    }

    /** How many times a file was forced since the log was opened. Any thread. */
    public long flushCount() {
        return writer.flushCount();
    }

    /** How many bytes these flushes wrote. Any thread. */
    public long flushedBytes() {
        return writer.flushedBytes();
    }

    // --- reading ---

    @Override
    public List<LogEntry> read(long from, int maxBytes) {
        requireNotClosed();
        // In this order: the segments have to be as new as what is durable in them.
        long durableTo = flush.durableTo();
        return reader.read(segments, from, durableTo, maxBytes);
    }

    @Override
    public Replay replay(long from) {
        long bytes = durableOffset() - from;
        if (recoveryThreads == 1 || bytes < ReadAhead.WORTH_IT_BYTES) {
            return PartitionLog.super.replay(from);
        }
        int threads = ReadAhead.threads(recoveryThreads, bytes);
        return threads > 1
                ? readAhead(from, threads, ReadAhead.STRETCH_BYTES)
                : PartitionLog.super.replay(from);
    }

    Replay readAhead(long from, int threads, int stretchBytes) {
        requireNotClosed();
        ReadAhead.Extent extent = new ReadAhead.Extent(from, durableOffset());
        return new ReadAhead(reader, segments, extent, threads, stretchBytes);
    }

    @Override
    public List<SealedSegment> sealedSegments() {
        List<Segment> all = segments;
        List<SealedSegment> sealed = new ArrayList<>(all.size());
        all.subList(0, all.size() - 1).forEach(segment -> sealed.add(segment.sealed()));
        return sealed;
    }

    @Override
    public byte @Nullable [] footer(SealedSegment segment) {
        requireNotClosed();
        return reader.footer(segments, segment);
    }

    @Override
    public long startOffset() {
        return segments.get(0).base();
    }

    // --- forgetting and checkpoints ---

    /**
     * Gives back all segments that lie wholly before the offset, in the background. Keeps what the
     * older of the two checkpoints needs, and what is not yet durable. A crash soon after may bring
     * segments back.
     */
    @Override
    public void forgetBefore(long offset) {
        requireOpen();
        long keep = Math.min(offset, checkpoints.replayStart(offset));
        List<Segment> left = new ArrayList<>(segments);
        while (left.size() > 1 && left.get(1).base() <= keep && left.get(1).isStored()) {
            spares.giveBack(left.remove(0));
        }
        segments = List.copyOf(left);
    }

    @Override
    public void saveCheckpoint(long upTo, byte[] content) {
        requireOpen();
        if (upTo < startOffset() || upTo > endOffset()) {
            throw LogFailures.misuse(
                    "Expected a checkpoint up to an offset from %d to %d, but got %d"
                            .formatted(startOffset(), endOffset(), upTo));
        }
        flush.awaitDurable(upTo);
        try {
            checkpoints.save(upTo, content);
        } catch (IOException e) {
            throw checkpoints.failure(e);
        }
    }

    @Override
    public @Nullable Checkpoint latestCheckpoint() {
        requireOpen();
        try {
            return checkpoints.latest();
        } catch (IOException e) {
            throw LogFailures.of("read the checkpoint in", directory.path(), e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        flush.close();
        buffer.abandon();
        spares.close();
        lock.close();
    }

    @Override
    public String toString() {
        return "log of partition " + identity.partition() + " in " + directory.path();
    }

    private void requireNotClosed() {
        if (closed) {
            throw LogFailures.misuse("Expected an open log, but it is closed");
        }
    }

    private void requireOpen() {
        requireNotClosed();
        health.requireWorking();
    }
}
