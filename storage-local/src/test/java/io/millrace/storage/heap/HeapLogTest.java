package io.millrace.storage.heap;

import io.millrace.core.log.PartitionLog;
import io.millrace.storage.PartitionLogContract;

final class HeapLogTest extends PartitionLogContract {

    private final HeapMemory memory = new HeapMemory();

    @Override
    protected PartitionLog open(long epoch, PartitionLog.Listener listener) {
        return HeapLog.open(memory, epoch, 60 << 10, listener);
    }
}
