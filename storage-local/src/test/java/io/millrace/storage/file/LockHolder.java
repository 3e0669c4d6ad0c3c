package io.millrace.storage.file;

import java.io.IOException;
import java.nio.file.Path;

/** A process that tries to lock a file, says what came of it, and holds it until its input ends. */
final class LockHolder {

    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
        try (DiskLock lock = new LocalDisk().lock(Path.of(arguments[0]))) {
            System.out.println("locked " + (lock != null));
            while (System.in.read() >= 0) {
                // until the parent closes the pipe
            }
        } catch (LockedException e) {
            System.out.println("refused: " + e.holder());
        }
    }
}
