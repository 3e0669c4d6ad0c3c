package io.millrace.server.partition;

import io.millrace.core.log.LogFailure;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.core.partition.PartitionMachine;
import io.millrace.server.messages.BodyHomes;
import io.millrace.server.messages.MessageStore;
import io.millrace.server.messages.Needs;
import io.millrace.server.messages.StoredBlock;
import io.millrace.server.messages.Stragglers;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has stragglers stored again at the end of the log, so that a few messages cannot keep all that
 * was stored since.
 *
 * <p>A checkpoint that comes after that stands for the new places; what is durable then is given
 * back. Owned by the partition's thread; messages are read in others.
 */
final class Relocating implements Needs {

    private static final Logger LOG = LoggerFactory.getLogger(Relocating.class);

    private final PartitionRunner<PartitionCommand> runner;
    private final PartitionMachine machine;
    private final StoredReads reads;
    private final BodyHomes homes;
    private final Stragglers stragglers;

    /** Some are read, and are on their way to the machine. */
    private boolean underWay;

    /** Some destination is taken back in time: as it was when the log was last looked at. */
    private boolean rewinding;

    Relocating(
            PartitionRunner<PartitionCommand> runner,
            PartitionMachine machine,
            MessageStore store,
            StoredReads reads,
            BodyHomes homes) {
        this.runner = runner;
        this.machine = machine;
        this.reads = reads;
        this.homes = homes;
        this.stragglers = new Stragglers(store, this);
    }

    @Override
    public long next(long destinationId, long from) {
        return machine.nextNeeded(destinationId, from);
    }

    @Override
    public long lowestRewound(long destinationId) {
        if (rewinding && homes.knows(destinationId)) {
            // A body lies before its message, and is needed again with it.
            return 0;
        }
        return machine.lowestRewound(destinationId);
    }

    /** From this offset on there is something that somebody needs. */
    long neededFrom() {
        rewinding = machine.isRewinding();
        return stragglers.neededFrom();
    }

    /**
     * A checkpoint was stored: looks for stragglers.
     *
     * @param before what lies from this offset on stays anyway
     */
    void checkpointed(long before) {
        if (underWay) {
            return;
        }
        rewinding = machine.isRewinding();
        List<StoredBlock> worthMoving;
        try {
            worthMoving = StoredReads.twice(() -> stragglers.worthMoving(before));
        } catch (LogFailure e) {
            LOG.warn("nothing is relocated, as an index cannot be read: {}", e.getMessage());
            return;
        }
        if (!worthMoving.isEmpty()) {
            underWay = true;
            reads.load(worthMoving, this::relocate, this::failed);
        }
    }

    /** In the reading thread. Nobody waits for it. */
    private void relocate(List<Enqueued> blocks) {
        blocks.forEach(block -> runner.post(new PartitionCommand.Relocate(block)));
        reads.whileHere(() -> underWay = false);
    }

    private void failed(LogFailure failure) {
        underWay = false;
        LOG.warn("stragglers stay where they are: {}", failure.getMessage());
    }
}
