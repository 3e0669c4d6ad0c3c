package io.millrace.wire;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Makes ids that nobody can guess: who knows the id of a connection could take it over.
 *
 * <p>Reads the system's source itself where there is one. {@link SecureRandom} would read the same,
 * but its providers take a starting client and broker some 25 ms to load.
 */
public final class RandomIds {

    private static final String SYSTEM_SOURCE = "/dev/urandom";

    private RandomIds() {}

    /** An id that was never made before. */
    public static Id128 next() {
        byte[] bytes = new byte[2 * Long.BYTES];
        if (!readSystemSource(bytes)) {
            Elsewhere.RANDOM.nextBytes(bytes);
        }
        ByteBuffer halves = ByteBuffer.wrap(bytes);
        return new Id128(halves.getLong(), halves.getLong());
    }

    private static boolean readSystemSource(byte[] bytes) {
        try (FileInputStream source = new FileInputStream(SYSTEM_SOURCE)) {
            return source.readNBytes(bytes, 0, bytes.length) == bytes.length;
        } catch (IOException none) {
            // Not every system has it, and not every process may open it.
            return false;
        }
    }

    /** Loaded where there is no such source. */
    private static final class Elsewhere {
        static final SecureRandom RANDOM = new SecureRandom();
    }
}
