package io.millrace.server;

import io.millrace.server.configuration.BrokerKey;
import io.millrace.storage.file.Disk;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The space that is left to acknowledgements when a disk fills up: nothing more is taken from
 * producers then, so that consumers can still make room.
 */
public final class SpaceReserve {

    private static final Logger LOG = LoggerFactory.getLogger(SpaceReserve.class);

    /** By this part of the reserve there has to be more before sends are taken again. */
    private static final int CALM_PART = 8;

    private final Disk disk;
    private final Path directory;
    private final long bytes;
    private boolean isShort;

    /**
     * @param directory of the logs
     * @param bytes that stay free of messages; 0 for no reserve
     */
    public SpaceReserve(Disk disk, Path directory, long bytes) {
        this.disk = disk;
        this.directory = directory;
        this.bytes = bytes;
    }

    /** What is missing and what to do, or null while there is enough. Asks the system. */
    public synchronized @Nullable String shortage() {
        if (bytes == 0) {
            return null;
        }
        long usable;
        try {
            usable = disk.usableBytes(directory);
        } catch (IOException e) {
            // What is written will find out what is wrong with the disk.
            LOG.warn("The free space of {} is not known", directory, e);
            return null;
        }
        boolean was = isShort;
        isShort = usable < (was ? bytes + bytes / CALM_PART : bytes);
        if (isShort && !was) {
            LOG.warn(
                    "{} bytes are left on the disk of {}: nothing more is taken from producers until"
                            + " there are more than {}",
                    usable,
                    directory,
                    bytes);
        } else if (was && !isShort) {
            LOG.info(
                    "{} bytes are left on the disk of {}: sends are taken again",
                    usable,
                    directory);
        }
        return isShort
                ? "Expected "
                        + bytes
                        + " bytes to stay free on the broker's disk ("
                        + BrokerKey.RESERVE_BYTES.key()
                        + "), but only "
                        + usable
                        + " are left; receive what waits, retain less, or give the disk more room, and"
                        + " send again"
                : null;
    }
}
