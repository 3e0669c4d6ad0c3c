package io.millrace.tck.crash;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an application saw, written to a file as it happens: {@code C producer sequence} for a
 * confirmed send, {@code R producer sequence redelivered count} for a delivery, {@code K} for a
 * kill. Survives the process that writes it.
 */
final class History implements Closeable {

    private final OutputStream file;

    History(Path path) throws IOException {
        file = new FileOutputStream(path.toFile(), true);
    }

    synchronized void confirmed(int producer, long sequence) {
        write("C " + producer + " " + sequence + "\n");
    }

    synchronized void received(int producer, long sequence, boolean redelivered, int count) {
        write("R " + producer + " " + sequence + " " + (redelivered ? 1 : 0) + " " + count + "\n");
    }

    synchronized void killed() {
        write("K\n");
    }

    private void write(String line) {
        try {
            file.write(line.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException("the history cannot be written", e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** What a checker found. */
    record Verdict(
            long confirmed,
            long received,
            long missing,
            long unflaggedDuplicates,
            long flaggedDuplicates,
            long outOfOrder,
            long wrongCounts,
            List<Long> needlessFlagsByKill) {}

    /** Reads a history and checks it. */
    static Verdict check(Path path) throws IOException {
        Map<Integer, BitSet> confirmedByProducer = new HashMap<>();
        Map<Integer, BitSet> receivedByProducer = new HashMap<>();
        Map<Integer, Long> lastFirstByProducer = new HashMap<>();
        long[] counts = new long[6];
        List<Long> needless = new ArrayList<>();
        needless.add(0L);
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("K")) {
                    needless.add(0L);
                    continue;
                }
                if (words.length < (words[0].equals("C") ? 3 : 5)
                        || words[words.length - 1].isEmpty()) {
                    continue; // The last line before a kill may be cut.
                }
                int producer = Integer.parseInt(words[1]);
                int sequence = Integer.parseInt(words[2]);
                if (words[0].equals("C")) {
                    counts[0]++;
                    confirmedByProducer
                            .computeIfAbsent(producer, each -> new BitSet())
                            .set(sequence);
                    continue;
                }
                counts[1]++;
                boolean flagged = words[3].equals("1");
                int deliveryCount = Integer.parseInt(words[4]);
                counts[5] += flagged == (deliveryCount > 1) ? 0 : 1;
                BitSet seen = receivedByProducer.computeIfAbsent(producer, each -> new BitSet());
                if (seen.get(sequence)) {
                    counts[flagged ? 3 : 2]++;
                    continue;
                }
                seen.set(sequence);
                if (flagged) {
                    needless.set(needless.size() - 1, needless.get(needless.size() - 1) + 1);
                }
                long last = lastFirstByProducer.getOrDefault(producer, 0L);
                counts[4] += sequence < last ? 1 : 0;
                lastFirstByProducer.put(producer, Math.max(last, sequence));
            }
        }
        long missing = 0;
        for (Map.Entry<Integer, BitSet> entry : confirmedByProducer.entrySet()) {
            BitSet lost = (BitSet) entry.getValue().clone();
            lost.andNot(receivedByProducer.getOrDefault(entry.getKey(), new BitSet()));
            missing += lost.cardinality();
        }
        return new Verdict(
                counts[0], counts[1], missing, counts[2], counts[3], counts[4], counts[5],
                needless);
    }
}
