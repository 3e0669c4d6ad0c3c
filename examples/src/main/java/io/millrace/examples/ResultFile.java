package io.millrace.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one program made of its messages: a text file with a line per arrival, only ever appended
 * to.
 *
 * <p>It is the state that an application keeps beside the broker's, and it makes the receivers
 * idempotent. A program writes a line, forces it to the disk, and only then acknowledges the
 * message. If it dies in between, the message comes again and gets a second line under the same
 * key; whoever reads the file takes the first line of each key. So the file misses nothing and
 * counts nothing twice, and also shows what arrived twice.
 *
 * <p>One program writes it, from one thread at a time; {@link #distinct()} is for any thread.
 */
final class ResultFile implements AutoCloseable {

    /** One line: key, how the message arrived, and the program's own columns. */
    record Row(String key, Arrival arrival, List<String> columns) {}

    private final FileChannel channel;
    private final Set<String> keys = new HashSet<>();
    private volatile int distinct;

    private ResultFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens the file, or creates it, to go on behind its last whole line. */
    static ResultFile open(Path path) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            FileChannel channel =
                    FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            ResultFile file = new ResultFile(channel);
            // A line cut short by a crash was never acknowledged: its message comes again.
            byte[] whole = wholeLines(path);
            channel.truncate(whole.length).position(whole.length);
            rows(whole).forEach(row -> file.keys.add(row.key()));
            file.distinct = file.keys.size();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All lines of a file, in order of arrival; none when there is no file yet. */
    static List<Row> read(Path path) {
        try {
            return Files.exists(path) ? rows(wholeLines(path)) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first line of each key: each message once, however often it arrived. */
    static List<Row> firstOfEachKey(List<Row> rows) {
        Map<String, Row> first = new LinkedHashMap<>();
        rows.forEach(row -> first.putIfAbsent(row.key(), row));
        return List.copyOf(first.values());
    }

    /** Adds a line. The columns must not contain tabs or line ends. */
    void append(String key, Arrival arrival, String... columns) {
        String line = key + '\t' + arrival + '\t' + String.join("\t", columns) + '\n';
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(line);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keys.add(key);
        distinct = keys.size();
    }

    /** Returns when all lines would survive a power cut: the moment to acknowledge. */
    void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many different keys have arrived so far, in this run and all before it. */
    int distinct() {
        return distinct;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] wholeLines(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    private static List<Row> rows(byte[] wholeLines) {
        List<Row> rows = new ArrayList<>();
        new String(wholeLines, StandardCharsets.UTF_8)
                .lines()
                .map(line -> List.of(line.split("\t", -1)))
                .forEach(
                        cells ->
                                rows.add(
                                        new Row(
                                                cells.get(0),
                                                Arrival.valueOf(cells.get(1)),
                                                cells.subList(2, cells.size()))));
        return rows;
    }
}
