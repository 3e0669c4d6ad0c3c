package io.millrace.server.net;

import io.millrace.core.Origin;
import io.millrace.core.partition.BranchStep;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.wire.BranchFrame;
import io.millrace.wire.BranchId;
import io.millrace.wire.Id128;
import io.millrace.wire.WireFormatException;
import java.util.Map;

/**
 * What a link's frames say about branches of distributed transactions, as commands.
 *
 * @param producersByHandle the link's producers, by whom sessions are known
 */
record BranchCommands(Origin from, Map<Integer, OpenedProducer> producersByHandle)
        implements BranchFrame.Handler<BranchStep> {

    /** Passes on what a frame asks of its partition; the link goes on. */
    static boolean pass(
            BranchFrame frame,
            Origin from,
            Map<Integer, OpenedProducer> producersByHandle,
            Router router) {
        BranchStep step = frame.dispatch(new BranchCommands(from, producersByHandle));
        router.toPartition(frame.partition(), new PartitionCommand.Branch(step));
        return true;
    }

    private Id128 session(int handle) {
        OpenedProducer producer = producersByHandle.get(handle);
        if (producer == null) {
            throw new WireFormatException(
                    "Expected the handle of a producer that is open, but it is " + handle);
        }
        return producer.id();
    }

    @Override
    public BranchStep join(BranchFrame.Join frame) {
        return new BranchStep.Join(
                from,
                frame.requestId(),
                session(frame.handle()),
                BranchId.of(frame.transactionId()),
                frame.fresh(),
                frame.timeoutMillis());
    }

    @Override
    public BranchStep leave(BranchFrame.Leave frame) {
        return new BranchStep.Leave(
                from,
                frame.requestId(),
                session(frame.handle()),
                BranchId.of(frame.transactionId()),
                frame.messages(),
                frame.failed(),
                frame.settlements());
    }

    @Override
    public BranchStep prepare(BranchFrame.Prepare frame) {
        return new BranchStep.Prepare(
                from, frame.requestId(), BranchId.of(frame.transactionId()), frame.coordinator());
    }

    @Override
    public BranchStep resolve(BranchFrame.Resolve frame) {
        return new BranchStep.Resolve(
                from, frame.requestId(), BranchId.of(frame.transactionId()), frame.resolution());
    }

    @Override
    public BranchStep forget(BranchFrame.Forget frame) {
        return new BranchStep.Forget(from, frame.requestId(), BranchId.of(frame.transactionId()));
    }

    @Override
    public BranchStep recover(BranchFrame.Recover frame) {
        return new BranchStep.Recover(from, frame.requestId(), frame.after(), frame.most());
    }
}
