package io.millrace.storage;

import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.log.PartitionLog.SealedSegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a log reported; answers a seal with a footer that names the segment. */
public final class RecordingListener implements PartitionLog.Listener {

    private final List<SealedSegment> sealed = new CopyOnWriteArrayList<>();
    private final List<LogFailure> failures = new CopyOnWriteArrayList<>();
    private final List<Long> durable = new CopyOnWriteArrayList<>();
    private final int footerBytes;

    public RecordingListener() {
        this(0);
    }

    /**
     * @param footerBytes length that footers are padded to
     */
    public RecordingListener(int footerBytes) {
        this.footerBytes = footerBytes;
    }

    @Override
    public byte[] sealing(SealedSegment segment) {
        sealed.add(segment);
        return footerOf(segment);
    }

    @Override
    public void durableUpTo(long offset) {
        durable.add(offset);
    }

    @Override
    public void failed(LogFailure failure) {
        failures.add(failure);
    }

    public byte[] footerOf(SealedSegment segment) {
        String text = "footer of " + segment + " ";
        return text.repeat(Math.max(1, footerBytes / text.length()))
                .getBytes(StandardCharsets.UTF_8);
    }

    public List<SealedSegment> sealed() {
        return sealed;
    }

    public List<LogFailure> failures() {
        return failures;
    }

    /** Everything that was reported, in order. */
    public List<Long> reports() {
        return durable;
    }

    /** The last offset reported, or 0. */
    public long durable() {
        return durable.isEmpty() ? 0 : durable.get(durable.size() - 1);
    }
}
