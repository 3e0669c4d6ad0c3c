package io.millrace.storage.segment;

import java.nio.file.Path;

/**
 * A checkpoint as it lies on the disk.
 *
 * @param number as in the name; the highest is the newest
 * @param intact whether its checksum is right
 * @param upTo it stands for all entries before this offset; -1 if it is damaged
 * @param fileBytes length of the file
 */
public record CheckpointFile(Path file, long number, boolean intact, long upTo, long fileBytes) {}
