package io.millrace.examples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What all programs together have got, read from their result files, and whether that is exactly
 * what the feed holds.
 *
 * @param arrived counted from what came out of the broker
 * @param expected counted from the feed
 * @param locatedByWorker each quake counted for one worker
 * @param deliveries of which messages arrived more than once
 */
record Summary(
        Figures arrived,
        Figures expected,
        Map<String, Integer> locatedByWorker,
        Deliveries deliveries) {

    /**
     * How often messages arrived.
     *
     * @param repeated arrivals beyond the first of a message, as they happen after a crash
     * @param unmarked those of them that did not say so: must be none
     * @param needless marked as perhaps repeated, although the message arrived only once
     */
    record Deliveries(int repeated, int unmarked, int needless) {

        static Deliveries of(List<ResultFile.Row> rows) {
            int repeated = 0;
            int unmarked = 0;
            int needless = 0;
            Map<String, List<ResultFile.Row>> rowsByKey =
                    rows.stream().collect(Collectors.groupingBy(ResultFile.Row::key));
            for (List<ResultFile.Row> sameKey : rowsByKey.values()) {
                int firsts =
                        (int) sameKey.stream().filter(r -> r.arrival() == Arrival.FIRST).count();
                repeated += sameKey.size() - 1;
                unmarked += Math.max(0, firsts - 1);
                needless += sameKey.size() == 1 && firsts == 0 ? 1 : 0;
            }
            return new Deliveries(repeated, unmarked, needless);
        }

        Deliveries plus(Deliveries other) {
            return new Deliveries(
                    repeated + other.repeated,
                    unmarked + other.unmarked,
                    needless + other.needless);
        }
    }

    /** Reads the result files that the settings name. */
    static Summary of(Settings settings, List<String> workers, List<Quake> feed) {
        List<ResultFile.Row> archive = ResultFile.read(settings.resultFile("archive"));
        List<ResultFile.Row> alerts = ResultFile.read(settings.resultFile("alerts"));
        Map<String, String> workerByQuake = new LinkedHashMap<>();
        List<ResultFile.Row> located = new ArrayList<>();
        for (String worker : workers) {
            for (ResultFile.Row row : ResultFile.read(settings.resultFile("located-" + worker))) {
                located.add(row);
                workerByQuake.putIfAbsent(row.key(), worker);
            }
        }
        Map<String, Integer> locatedByWorker =
                workers.stream()
                        .collect(
                                Collectors.toMap(
                                        Function.identity(),
                                        worker ->
                                                (int)
                                                        workerByQuake.values().stream()
                                                                .filter(worker::equals)
                                                                .count(),
                                        Integer::sum,
                                        LinkedHashMap::new));
        List<String> squares =
                ResultFile.firstOfEachKey(located).stream()
                        .map(row -> row.columns().get(0))
                        .toList();
        return new Summary(
                Figures.of(
                        ArchiveSubscriber.quakes(settings.resultFile("archive")),
                        squares,
                        ResultFile.firstOfEachKey(alerts).size()),
                Figures.of(feed),
                locatedByWorker,
                Deliveries.of(archive).plus(Deliveries.of(alerts)).plus(Deliveries.of(located)));
    }

    int located() {
        return locatedByWorker.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Nothing is missing, nothing is counted twice, and nothing arrived twice unmarked. */
    boolean exact() {
        return sameAsFeed() && deliveries.unmarked() == 0;
    }

    private boolean sameAsFeed() {
        return arrived.equals(expected) && located() == expected.quakes();
    }

    @Override
    public String toString() {
        String byWorker =
                locatedByWorker.entrySet().stream()
                        .map(worker -> worker.getKey() + " " + worker.getValue())
                        .collect(Collectors.joining(" + "));
        return """
               quakes archived       %d
               sum of magnitudes     %s
               mean magnitude        %s
               strongest             %s
               magnitude 5 and more  %d
               deepest               %s
               busiest grid square   %s
               located               %s = %d
               arrived again         %d, of which %d did not say so
               marked needlessly     %d
               compared with feed    %s
               """
                .formatted(
                        arrived.quakes(),
                        arrived.magnitudeSum(),
                        arrived.magnitudeMean(),
                        arrived.strongest(),
                        arrived.alerts(),
                        arrived.deepest(),
                        arrived.busiestSquare(),
                        byWorker,
                        located(),
                        deliveries.repeated(),
                        deliveries.unmarked(),
                        deliveries.needless(),
                        sameAsFeed() ? "equal" : "DIFFERENT: expected " + expected);
    }
}
