package io.millrace.storage.segment;

import io.millrace.core.log.LogFailure;
import io.millrace.storage.file.DiskFile;
import io.millrace.wire.Id128;
import io.millrace.wire.RandomIds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a directory into a state in which the log can go on, whatever a crash left. First
 * everything is looked at, and refused if it is damaged; only then anything is changed.
 *
 * <p>Only the last segment is read. Those before it were forced whole before their successor got
 * its name; their records are verified when they are read.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final int COPY_BYTES = 1 << 20;

    private final SegmentedLogConfig config;
    private final LogDirectory directory;

    /**
     * What the log starts with.
     *
     * @param segments oldest first; the last one is open
     * @param endOffset where the next entry goes; everything before is durable
     * @param markedTo what records on the disk say to be durable
     * @param lastMillis append time of the last entry
     * @param nextGeneration that no file of the log was used under
     */
    record Recovered(
            LogIdentity identity,
            List<Segment> segments,
            SegmentWriter writer,
            SpareFiles spares,
            CheckpointFiles checkpoints,
            long endOffset,
            long markedTo,
            long lastMillis,
            int nextGeneration) {}

    Recovery(SegmentedLogConfig config, LogDirectory directory) {
        this.config = config;
        this.directory = directory;
    }

    Recovered run() throws IOException {
        List<String> names = directory.list();
        SegmentChain chain = SegmentChain.load(directory, names, config);
        @Nullable Segment last = chain.last();
        UUID logId = last == null ? newLogId() : last.header().logId();
        CheckpointFiles checkpoints = new CheckpointFiles(directory, logId, config.partition());
        checkpoints.load(names);
        if (last == null) {
            checkpoints.requireWithin(0, 0);
            tidy(chain, checkpoints, names);
            TailScan.Tail empty = new TailScan.Tail(0, true, 0, 0, 0, 0);
            return next(identity(logId, names, empty), chain, checkpoints, empty);
        }
        DiskFile file = directory.disk().open(last.path());
        try {
            TailScan.Tail tail = new TailScan(file, last.header(), last.path()).scan();
            requireNotFenced(tail);
            checkpoints.requireWithin(chain.segments().get(0).base(), tail.end());
            repair(file, last, tail);
            tidy(chain, checkpoints, names);
            return goOn(identity(logId, names, tail), chain, checkpoints, file, tail);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static UUID newLogId() {
        Id128 random = RandomIds.next();
        return new UUID(random.high(), random.low());
    }

    private LogIdentity identity(UUID logId, List<String> names, TailScan.Tail tail)
            throws IOException {
        long epoch =
                config.claimsNextEpoch()
                        ? new EpochFile(directory).claim(names, tail.lastEpoch())
                        : config.epoch();
        return new LogIdentity(logId, config.partition(), epoch);
    }

    private Recovered goOn(
            LogIdentity identity,
            SegmentChain chain,
            CheckpointFiles checkpoints,
            DiskFile file,
            TailScan.Tail tail)
            throws IOException {
        Segment last = chain.segments().get(chain.segments().size() - 1);
        if (tail.sealed()) {
            file.close();
            last.seal(tail.end());
            return next(identity, chain, checkpoints, tail);
        }
        SpareFiles spares = spares(chain);
        SegmentWriter writer =
                new SegmentWriter(directory, spares, new RecordEncoder(identity), last, file);
        return new Recovered(
                identity,
                chain.segments(),
                writer,
                spares,
                checkpoints,
                tail.end(),
                tail.knownDurable(),
                tail.lastMillis(),
                chain.highestGeneration() + 1);
    }

    /** Begins a segment at the end of the chain. */
    private Recovered next(
            LogIdentity identity,
            SegmentChain chain,
            CheckpointFiles checkpoints,
            TailScan.Tail tail)
            throws IOException {
        @Nullable Segment last = chain.last();
        int generation = chain.highestGeneration() + 1;
        SegmentHeader header =
                new SegmentHeader(
                        identity.logId(),
                        identity.partition(),
                        tail.end(),
                        generation,
                        identity.epoch(),
                        config.limits().segmentBytes(),
                        last == null ? SegmentHeader.NO_PREVIOUS : last.base(),
                        tail.lastMillis());
        Segment segment = new Segment(header, directory.segment(tail.end()));
        SpareFiles spares = spares(chain);
        DiskFile file = SegmentWriter.create(directory, spares, segment);
        chain.segments().add(segment);
        SegmentWriter writer =
                new SegmentWriter(directory, spares, new RecordEncoder(identity), segment, file);
        return new Recovered(
                identity,
                chain.segments(),
                writer,
                spares,
                checkpoints,
                tail.end(),
                tail.end(),
                tail.lastMillis(),
                generation + 1);
    }

    private SpareFiles spares(SegmentChain chain) {
        return new SpareFiles(
                directory,
                config.flusher(),
                config.limits(),
                chain.spares(),
                chain.highestSpare() + 1);
    }

    private void requireNotFenced(TailScan.Tail tail) {
        if (!config.claimsNextEpoch() && tail.lastEpoch() > config.epoch()) {
            throw new LogFailure(
                    LogFailure.Kind.FENCED,
                    "Expected an epoch of at least %d for %s, but this owner has %d"
                            .formatted(tail.lastEpoch(), directory.path(), config.epoch()));
        }
    }

    /**
     * Cuts debris, and makes sure that what was found is on the disk and not only in the system's
     * cache: a process may have died, or a flush failed, between write and force. After a failed
     * flush the system may take pages for clean that never arrived, so what no record knows to be
     * durable is written again.
     */
    private void repair(DiskFile file, Segment segment, TailScan.Tail tail) throws IOException {
        SegmentHeader header = segment.header();
        long cut = header.positionOf(tail.end());
        boolean changed = false;
        if (tail.debrisEnd() > cut) {
            LOG.warn(
                    "Log {} of partition {}: an append was cut off at position {} of {} (offset {}); nothing confirmed is lost",
                    directory.path(),
                    config.partition(),
                    cut,
                    segment.path(),
                    tail.end());
            SegmentWriter.zero(file, cut, tail.debrisEnd());
            changed = true;
        }
        if (tail.knownDurable() < tail.end()) {
            rewrite(file, header.positionOf(tail.knownDurable()), cut);
            changed = true;
        }
        if (changed) {
            file.force();
        }
        directory.force();
    }

    private static void rewrite(DiskFile file, long from, long to) throws IOException {
        ByteBuffer copy = ByteBuffer.allocate((int) Math.min(COPY_BYTES, to - from));
        for (long at = from; at < to; at += copy.capacity()) {
            copy.clear().limit((int) Math.min(copy.capacity(), to - at));
            file.read(at, copy);
            file.write(at, copy.flip());
        }
    }

    private void tidy(SegmentChain chain, CheckpointFiles checkpoints, List<String> names)
            throws IOException {
        for (Path path : chain.rubbish()) {
            directory.disk().delete(path);
        }
        for (Path path : checkpoints.superfluous(names)) {
            directory.disk().delete(path);
        }
    }
}
