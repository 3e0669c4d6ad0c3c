package io.millrace.storage.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalDiskTest {

    private final LocalDisk disk = new LocalDisk();

    @TempDir Path directory = Path.of("unset");

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Process holder(Path lock) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        lock.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        return String.valueOf(reader.readLine());
    }

    private static void end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }

    @Test
    void readsBackWhatWasWrittenAnywhere() throws IOException {
        Path path = directory.resolve("file");
        try (DiskFile file = disk.open(path)) {
            file.write(10, bytes("world"));
            file.write(5, bytes("hello"));
            file.force();
            assertEquals(15, file.length());
        }
        try (DiskFile file = disk.openForReading(path)) {
            ByteBuffer all = ByteBuffer.allocate(100);
            assertEquals(15, file.read(0, all));
            assertEquals("hello", new String(all.array(), 5, 5, StandardCharsets.UTF_8));
            assertEquals(0, file.read(15, ByteBuffer.allocate(1)));
        }
    }

    @Test
    void survivesTheInterruptOfAThreadThatUsesAFile() throws IOException {
        try (DiskFile file = disk.open(directory.resolve("file"))) {
            file.write(0, bytes("hello"));
            Thread.currentThread().interrupt();

            ByteBuffer five = ByteBuffer.allocate(5);
            assertEquals(5, file.read(0, five));
            file.write(5, bytes("world"));
            file.force();

            assertTrue(Thread.interrupted());
            assertArrayEquals("hello".getBytes(StandardCharsets.UTF_8), five.array());
            assertEquals(10, file.length());
        }
    }

    @Test
    void failsOnAFileThatIsClosed() throws IOException {
        DiskFile file = disk.open(directory.resolve("file"));
        file.close();
        file.close();

        assertThrows(IOException.class, () -> file.write(0, bytes("late")));
    }

    @Test
    void createsParentsAndListsNames() throws IOException {
        Path deep = directory.resolve("a/b/c");
        disk.createDirectories(deep);
        disk.createDirectories(deep);
        disk.open(deep.resolve("one")).close();
        disk.rename(deep.resolve("one"), deep.resolve("two"));
        disk.forceDirectory(deep);

        assertEquals(List.of("two"), disk.list(deep));
        disk.delete(deep.resolve("two"));
        disk.delete(deep.resolve("two"));
        assertEquals(List.of(), disk.list(deep));
        assertThrows(
                NoSuchFileException.class, () -> disk.openForReading(deep.resolve("two")).close());
    }

    @Test
    void tellsAFullDiskFromABrokenOne() {
        assertTrue(
                LocalDisk.translated(new IOException("No space left on device"))
                        instanceof DiskFullException);
        assertTrue(
                LocalDisk.translated(new IOException("Disk quota exceeded"))
                        instanceof DiskFullException);
        assertEquals(
                IOException.class,
                LocalDisk.translated(new IOException("Input/output error")).getClass());
    }

    @Test
    void saysWhichProcessHoldsTheLock() throws Exception {
        Path lock = directory.resolve("lock");
        Process process = holder(lock);
        try {
            assertEquals("locked true", firstLine(process));

            LockedException refused =
                    assertThrows(LockedException.class, () -> disk.lock(lock).close());

            assertTrue(
                    refused.holder().startsWith("process " + process.pid() + " on "),
                    refused.holder());
        } finally {
            end(process);
        }
        disk.lock(lock).close();
    }

    @Test
    void keepsOtherProcessesOutEvenAfterASecondTryInThisOne() throws Exception {
        Path lock = directory.resolve("lock");
        DiskLock held = disk.lock(lock);
        assertThrows(LockedException.class, () -> disk.lock(lock).close());

        Process refused = holder(lock);
        String line = firstLine(refused);
        end(refused);
        assertTrue(
                line.startsWith("refused: process " + ProcessHandle.current().pid() + " on "),
                line);

        held.close();
        held.close();
        Process granted = holder(lock);
        assertEquals("locked true", firstLine(granted));
        end(granted);
    }

    @Test
    void findsTheSameLockUnderAnotherNameOfItsDirectory() throws IOException {
        try (DiskLock held = disk.lock(directory.resolve("lock"))) {
            assertTrue(held != null);
            Path other = directory.resolve("../" + directory.getFileName() + "/lock");
            assertThrows(LockedException.class, () -> disk.lock(other).close());
        }
    }
}
