package io.millrace.storage.simulated;

import java.io.IOException;
import java.nio.file.Path;

/** Decides before each operation on a {@link SimulatedDisk} whether it fails. */
@FunctionalInterface
public interface Fault {

    /** What is done to a disk. */
    enum Operation {
        CREATE,
        READ,
        WRITE,
        FORCE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    /** No fault. */
    Fault NONE = (operation, file) -> {};

    /**
     * Called before an operation; what it throws, the operation throws. A write has then written
     * half of its bytes, a force has forced half of the pages and forgotten the others.
     */
    void before(Operation operation, Path file) throws IOException;

    /** Fails the first operation of a kind on a file whose name contains a text, once. */
    static Fault once(Operation operation, String nameContains, IOException failure) {
        boolean[] done = new boolean[1];
        return (actual, file) -> {
            if (!done[0]
                    && actual == operation
                    && String.valueOf(file.getFileName()).contains(nameContains)) {
                done[0] = true;
                throw failure;
            }
        };
    }
}
