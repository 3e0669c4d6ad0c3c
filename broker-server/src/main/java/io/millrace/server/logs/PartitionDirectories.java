package io.millrace.server.logs;

import io.millrace.core.log.LogFailure;
import io.millrace.storage.file.Disk;
import io.millrace.storage.segment.LogInspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Finds the logs in a directory: that of one partition, or the data directory of a broker. */
public final class PartitionDirectories {

    private static final String PREFIX = "partition-";

    private PartitionDirectories() {}

    /** A directory holds no log; the message says what was expected. */
    public static final class NoLogException extends IOException {

        private static final long serialVersionUID = 1L;

        NoLogException(String message) {
            super(message);
        }
    }

    /**
     * The directories that hold a log, by the number of their partition.
     *
     * @throws NoLogException if there is none
     */
    public static List<Path> in(Disk disk, Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NoLogException(
                    "Expected the directory of a log, but "
                            + directory
                            + (Files.exists(directory) ? " is a file" : " does not exist"));
        }
        if (LogInspection.of(disk, directory).isLog()) {
            return List.of(directory);
        }
        TreeMap<Integer, Path> byNumber = byNumber(disk, directory);
        if (byNumber.isEmpty()) {
            throw new NoLogException(
                    "Expected segments, or directories partition-N with segments, in "
                            + directory
                            + ", but there are none");
        }
        return new ArrayList<>(byNumber.values());
    }

    /** The highest number of a partition in the data directory of a broker; 0 if there is none. */
    public static int highestIn(Disk disk, Path directory) {
        try {
            TreeMap<Integer, Path> byNumber =
                    Files.isDirectory(directory) ? byNumber(disk, directory) : new TreeMap<>();
            return byNumber.isEmpty() ? 0 : byNumber.lastKey();
        } catch (IOException e) {
            throw new LogFailure(
                    LogFailure.Kind.DEVICE,
                    "Expected to list directory " + directory + ", but " + e,
                    e);
        }
    }

    private static TreeMap<Integer, Path> byNumber(Disk disk, Path directory) throws IOException {
        TreeMap<Integer, Path> byNumber = new TreeMap<>();
        for (String name : disk.list(directory)) {
            Path path = directory.resolve(name);
            String digits = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : "";
            if (digits.matches("\\d{1,9}") && Files.isDirectory(path)) {
                byNumber.put(Integer.parseInt(digits), path);
            }
        }
        return byNumber;
    }
}
