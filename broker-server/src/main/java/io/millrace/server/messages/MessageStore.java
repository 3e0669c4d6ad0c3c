package io.millrace.server.messages;

import io.millrace.core.Effect;
import io.millrace.core.EventCodec;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bytes of messages by destination and sequence, in memory or in the log.
 *
 * <p>Owned by the partition's thread, except what says otherwise.
 */
public final class MessageStore {

    /** Stands for no sequence. */
    public static final long NO_SEQUENCE = Long.MAX_VALUE;

    /** Most blocks that one read brings: fewer than are remembered at a time. */
    private static final int READ_BLOCKS = 4_096;

    private final PartitionLog log;
    private final MessageCache cache;
    private final BlockIndex index;

    /** Opens it with one thread. */
    public MessageStore(PartitionLog log, long cacheBytes) {
        this(log, cacheBytes, 1);
    }

    /**
     * Finds out what lies in the segments that the log has.
     *
     * @param threads read the directories of these segments, if there are many
     */
    public MessageStore(PartitionLog log, long cacheBytes, int threads) {
        this.log = log;
        this.cache = new MessageCache(cacheBytes, log::durableOffset);
        this.index = new BlockIndex(log, threads);
    }

    /** Where the messages lie. */
    public BlockIndex index() {
        return index;
    }

    /**
     * Keeps messages in memory for the consumers at the tail.
     *
     * @param offset of their entry: until that is durable they are found here alone
     * @param needs which of the messages that were kept before are still needed
     */
    public void keep(Enqueued block, long offset, Needs needs) {
        cache.putStored(block, offset, needs);
    }

    /** Keeps messages that were read, until they are delivered to whoever asked for them. */
    public void keepRead(List<Enqueued> blocks) {
        blocks.forEach(cache::putRead);
    }

    /** The block that holds a sequence, if it is in memory. */
    public @Nullable Enqueued findKept(long destinationId, long sequence) {
        return cache.find(destinationId, sequence);
    }

    /**
     * What stands in memory without a gap, from the first sequence on: as much as one read brings.
     */
    public List<Enqueued> kept(long destinationId, long from, long to, int maxBytes) {
        List<Enqueued> kept = new ArrayList<>();
        int bytes = 0;
        for (long next = from; next <= to && bytes < maxBytes && kept.size() < READ_BLOCKS; ) {
            Enqueued block = findKept(destinationId, next);
            if (block == null) {
                break;
            }
            kept.add(block);
            bytes += block.batch().length();
            next = block.firstSequence() + block.batch().count();
        }
        return kept;
    }

    /** The block that holds a sequence, from memory or else from the log, waiting for the disk. */
    public Enqueued find(long destinationId, long sequence) {
        Enqueued block = cache.find(destinationId, sequence);
        if (block != null) {
            return block;
        }
        StoredBlock stored = index.find(destinationId, sequence);
        if (stored != null) {
            List<Enqueued> inTheEntry = new ArrayList<>();
            for (LogEntry entry : log.read(stored.offset(), 1)) {
                collect(entry, destinationId, inTheEntry::add);
            }
            keepRead(inTheEntry);
            for (Enqueued each : inTheEntry) {
                block = each.firstSequence() <= sequence && sequence < end(each) ? each : block;
            }
        }
        if (block == null) {
            throw new LogFailure(
                    LogFailure.Kind.CORRUPT,
                    "Expected message "
                            + sequence
                            + " of destination "
                            + destinationId
                            + " in the log, but it is not there");
        }
        return block;
    }

    /** Plans a read: which entries hold the wanted messages, as many as it asks for. */
    public ReadPlan plan(Effect.Read read) {
        return plan(read, read.maxBytes());
    }

    /**
     * The same, of its beginning.
     *
     * @param maxBytes so many, but at least one entry
     */
    public ReadPlan plan(Effect.Read read, int maxBytes) {
        TreeMap<Long, Integer> sizes = new TreeMap<>();
        long bytes = 0;
        long sequence = read.from();
        for (int blocks = 0;
                blocks < READ_BLOCKS && sequence <= read.to() && (bytes == 0 || bytes < maxBytes);
                blocks++) {
            StoredBlock block = index.find(read.destinationId(), sequence);
            if (block == null) {
                break;
            }
            if (!sizes.isEmpty()
                    && (block.offset() >= log.durableOffset()
                            || block.offset() < sizes.lastKey())) {
                // At the tail, still on its way to the disk: nobody can read it yet. Or relocated:
                // what is read in the order of the log would not come in order.
                break;
            }
            sizes.merge(block.offset(), block.sizeBytes(), Integer::sum);
            bytes += block.sizeBytes();
            sequence = block.lastSequence() + 1;
        }
        return new ReadPlan(read, sizes, sequence - 1);
    }

    /** Fetches what was planned. May be called from any thread; waits for the disk. */
    public List<Enqueued> load(ReadPlan plan) {
        TreeMap<Long, Enqueued> blocks = new TreeMap<>();
        load(plan, blocks);
        return upToAGap(blocks);
    }

    /**
     * The same; if not all of it can be read, what stands before that.
     *
     * @throws LogFailure if the first cannot be read
     */
    public List<Enqueued> loadReadable(ReadPlan plan) {
        TreeMap<Long, Enqueued> blocks = new TreeMap<>();
        try {
            load(plan, blocks);
        } catch (LogFailure e) {
            if (blocks.isEmpty()) {
                throw e;
            }
            // Whoever comes to the rest will read it again, and be told.
        }
        return upToAGap(blocks);
    }

    /** An entry may hold a copy of what would have come later. */
    private static List<Enqueued> upToAGap(TreeMap<Long, Enqueued> blocks) {
        List<Enqueued> dense = new ArrayList<>(blocks.size());
        for (Enqueued block : blocks.values()) {
            if (!dense.isEmpty() && block.firstSequence() != end(dense.get(dense.size() - 1))) {
                break;
            }
            dense.add(block);
        }
        return dense;
    }

    private static long end(Enqueued block) {
        return block.firstSequence() + block.batch().count();
    }

    private void load(ReadPlan plan, TreeMap<Long, Enqueued> blocks) {
        long destinationId = plan.read().destinationId();
        Long next = plan.isEmpty() ? null : plan.firstOffset();
        while (next != null) {
            long readUpTo = next;
            for (LogEntry entry : log.read(next, plan.bytesInOneGo(next))) {
                readUpTo = entry.offset();
                if (plan.wants(entry.offset())) {
                    collect(
                            entry,
                            destinationId,
                            block -> {
                                boolean wanted =
                                        block.firstSequence() <= plan.lastSequence()
                                                && end(block) > plan.read().from();
                                if (wanted) {
                                    blocks.put(block.firstSequence(), block);
                                }
                            });
                }
            }
            next = plan.offsetBehind(readUpTo);
        }
    }

    /**
     * Fetches blocks wherever they lie. May be called from any thread; waits for the disk.
     *
     * @throws LogFailure if one of them cannot be read
     */
    public List<Enqueued> load(List<StoredBlock> blocks) {
        List<Enqueued> loaded = new ArrayList<>(blocks.size());
        for (StoredBlock each : blocks) {
            for (LogEntry entry : log.read(each.offset(), 1)) {
                collect(
                        entry,
                        each.destinationId(),
                        block -> {
                            if (block.firstSequence() == each.firstSequence()) {
                                loaded.add(block);
                            }
                        });
            }
        }
        return loaded;
    }

    private static void collect(LogEntry entry, long destinationId, Consumer<Enqueued> to) {
        EventCodec.decode(
                entry.body(),
                event -> {
                    Enqueued block = BlockIndex.messagesOf(event);
                    if (block != null && block.destinationId() == destinationId) {
                        to.accept(withoutTheRest(block, entry));
                    }
                });
    }

    /** Else a small block would keep all of its entry in memory. */
    private static Enqueued withoutTheRest(Enqueued block, LogEntry entry) {
        return block.batch().length() > entry.body().length / 2
                ? block
                : new Enqueued(
                        block.destinationId(),
                        block.firstSequence(),
                        block.connectionId(),
                        block.user(),
                        block.batch().copy());
    }
}
