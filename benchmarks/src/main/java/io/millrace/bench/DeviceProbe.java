package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What the device itself does: appends of 1 KB to a pre-zeroed file, each followed by a flush of
 * its data.
 */
record DeviceProbe(Path directory, int seconds) {

    private static final int RECORD_BYTES = 1_024;
    static final int FILE_BYTES = 64 << 20;
    private static final int ZEROS_BYTES = 1 << 20;

    /** Appends and flushes a second, and how long one pair takes. */
    record Rate(double perSecond, double p50Micros, double p99Micros) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "append 1 KB + flush %,.0f/s, p50 %.0f us, p99 %.0f us",
                    perSecond,
                    p50Micros,
                    p99Micros);
        }
    }

    static DeviceProbe from(Arguments arguments) {
        DeviceProbe probe = new DeviceProbe(Path.of(arguments.text("data", ".")), 3);
        arguments.refuseOthers();
        return probe;
    }

    boolean print() {
        System.out.println("device: " + measure().line());
        return true;
    }

    Rate measure() {
        try {
            Path file = Files.createTempFile(directory, "device", ".bin");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                zero(channel);
                return append(channel);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void zero(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            zero(channel);
        }
    }

    /** As a log prepares its segments: a flush of an append then writes no metadata. */
    private static void zero(FileChannel channel) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        for (long at = 0; at < FILE_BYTES; at += ZEROS_BYTES) {
            writeAll(channel, zeros.clear(), at);
        }
        channel.force(true);
    }

    private Rate append(FileChannel channel) throws IOException {
        Histogram nanos = new Histogram(3);
        ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
        while (record.hasRemaining()) {
            record.put((byte) 1);
        }
        long begin = System.nanoTime();
        long now = begin;
        for (long at = 0; now - begin < seconds * 1_000_000_000L; at += RECORD_BYTES) {
            writeAll(channel, record.clear(), at % FILE_BYTES);
            channel.force(false);
            long done = System.nanoTime();
            nanos.recordValue(done - now);
            now = done;
        }
        return new Rate(
                nanos.getTotalCount() * 1e9 / (now - begin),
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3);
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes, long at)
            throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }
}
