package io.millrace.server;

import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;

/** Wants to know nothing of its log, which gets no footers; a failure is one of the test. */
public final class DeafListener implements PartitionLog.Listener {

    @Override
    public byte[] sealing(PartitionLog.SealedSegment segment) {
        return new byte[0];
    }

    @Override
    public void durableUpTo(long offset) {
        // Closing the log waits for it.
    }

    @Override
    public void failed(LogFailure failure) {
        throw failure;
    }
}
