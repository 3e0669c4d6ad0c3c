package io.millrace.storage.segment;

import io.millrace.storage.file.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The highest epoch under which a log was opened, as decimal text in a file. An epoch is on the
 * disk before anybody uses it, so no two openings ever have the same one, whatever crash there was
 * between them.
 */
final class EpochFile {

    private static final Logger LOG = LoggerFactory.getLogger(EpochFile.class);

    private static final int MAX_BYTES = 32;

    private final LogDirectory directory;

    EpochFile(LogDirectory directory) {
        this.directory = directory;
    }

    /**
     * Claims the next epoch. The directory must be locked.
     *
     * @param lastEpoch the highest that the log's records name
     */
    long claim(List<String> names, long lastEpoch) throws IOException {
        long next = Math.max(lastEpoch, read(names)) + 1;
        directory.disk().delete(directory.temporaryEpoch());
        try (DiskFile file = directory.disk().open(directory.temporaryEpoch())) {
            file.write(0, ByteBuffer.wrap(Long.toString(next).getBytes(StandardCharsets.US_ASCII)));
            file.force();
        }
        directory.disk().rename(directory.temporaryEpoch(), directory.epoch());
        directory.force();
        return next;
    }

    private long read(List<String> names) throws IOException {
        if (!names.contains(String.valueOf(directory.epoch().getFileName()))) {
            return 0;
        }
        try (DiskFile file = directory.disk().openForReading(directory.epoch())) {
            ByteBuffer text = ByteBuffer.allocate(MAX_BYTES);
            int length = file.read(0, text);
            return Long.parseLong(
                    new String(text.array(), 0, length, StandardCharsets.US_ASCII).strip());
        } catch (NumberFormatException e) {
            LOG.warn(
                    "Expected a number in "
                            + directory.epoch()
                            + ", but it is damaged; using the log's own",
                    e);
            return 0;
        }
    }
}
