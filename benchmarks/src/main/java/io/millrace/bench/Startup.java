package io.millrace.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How long an application with a broker inside waits for its first message, in a fresh JVM each
 * time, on an empty directory, with the class files in the file cache.
 *
 * @param options for the JVM, in addition to its own defaults
 */
record Startup(List<Variant> variants, int runs, List<String> options, String results) {

    /**
     * What is started. An application gets an API for logging with Millrace and chooses what is
     * behind it: with nothing there, and with Logback and a file of configuration for it.
     *
     * @param oneJar whether Millrace is the jar of the module {@code all}, or each module and
     *     library its own
     */
    private record Variant(Side side, boolean oneJar, boolean logback) {

        private static final Path ALL = Path.of("../../all/target");

        String label() {
            return "`%s`, %s, %s logback"
                    .formatted(
                            side.uriPattern(),
                            oneJar ? "one jar" : "a jar each",
                            logback ? "with" : "without");
        }

        String classPath(Path target) throws IOException {
            List<String> jars = new ArrayList<>();
            for (Path library : side.libraries()) {
                jars(target.resolve(library)).stream().filter(this::isNeeded).forEach(jars::add);
            }
            if (oneJar) {
                jars(target.resolve(ALL)).stream()
                        .filter(jar -> Path.of(jar).getFileName().toString().matches(ALL_IN_ONE))
                        .forEach(jars::add);
            }
            return String.join(File.pathSeparator, jars);
        }

        private boolean isNeeded(String jar) {
            String name = Path.of(jar).getFileName().toString();
            if (name.startsWith("logback")) {
                return logback;
            }
            return !oneJar || name.matches("(benchmarks|jakarta.jms-api|slf4j-api)-.*");
        }

        private static List<String> jars(Path directory) throws IOException {
            Path place = directory.normalize();
            if (!Files.isDirectory(place)) {
                throw new IOException(
                        "Expected a build with the module all, but there is no " + place);
            }
            try (Stream<Path> files = Files.list(place)) {
                return files.map(Path::toString)
                        .filter(name -> name.endsWith(".jar"))
                        .sorted()
                        .toList();
            }
        }
    }

    private static final String ALL_IN_ONE = "millrace-all-.*";

    static Startup from(Arguments arguments) {
        boolean quick = arguments.flag("short");
        Startup startup =
                new Startup(
                        List.of(
                                new Variant(Side.IN_MEMORY, true, false),
                                new Variant(Side.EMBEDDED, true, false),
                                new Variant(Side.IN_MEMORY, false, false),
                                new Variant(Side.EMBEDDED, false, false),
                                new Variant(Side.IN_MEMORY, true, true),
                                new Variant(Side.EMBEDDED, true, true)),
                        arguments.number("runs", quick ? 2 : 10),
                        Arrays.stream(arguments.text("jvm", "").split(" "))
                                .filter(option -> !option.isEmpty())
                                .toList(),
                        arguments.text("results", ""));
        arguments.refuseOthers();
        return startup;
    }

    boolean run() throws IOException, InterruptedException {
        Path target = Trial.targetDirectory();
        Path data = Files.createDirectories(target.resolve("data"));
        List<Times> all = new ArrayList<>();
        for (Variant variant : variants) {
            // Once for the file cache; they take turns afterwards.
            once(variant, target, data);
            all.add(new Times(variant, new ArrayList<>()));
        }
        for (int run = 0; run < runs; run++) {
            for (Times times : all) {
                times.millisByStep().add(once(times.variant(), target, data));
            }
        }
        all.forEach(times -> System.out.print(times.text()));
        if (!results.isEmpty()) {
            Files.writeString(Path.of(results), markdown(all));
        }
        return true;
    }

    /** Milliseconds by step. */
    private Map<String, Double> once(Variant variant, Path target, Path data)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(data, "startup");
        Path log = Files.createDirectories(target.resolve("logs")).resolve("startup.log");
        Side side = variant.side();
        String uri = side.uriPattern().replace("{data}", directory.resolve("broker").toString());
        try (JavaProcess process =
                JavaProcess.start(
                        "first message on " + uri,
                        variant.classPath(target),
                        options,
                        List.of(FirstMessage.class.getName(), side.factoryClass(), uri),
                        log)) {
            return parse(process.awaitEnd(), log);
        } finally {
            Trial.delete(directory);
        }
    }

    private static Map<String, Double> parse(List<String> printed, Path log) {
        Map<String, Double> millisByStep = new LinkedHashMap<>();
        for (String line : printed) {
            int equals = line.indexOf('=');
            if (line.startsWith(FirstMessage.PREFIX) && equals > 0) {
                millisByStep.put(
                        line.substring(FirstMessage.PREFIX.length(), equals),
                        Long.parseLong(line.substring(equals + 1)) / 1e3);
            }
        }
        if (!millisByStep.containsKey(FirstMessage.RECEIVED)) {
            throw new IllegalStateException(
                    "Expected a first message, but the program printed %s; see %s"
                            .formatted(printed, log));
        }
        return millisByStep;
    }

    /** Of the runs of one variant, how many milliseconds after the begin each step was done. */
    private record Times(Variant variant, List<Map<String, Double>> millisByStep) {

        double[] sorted(String step) {
            return millisByStep.stream()
                    .mapToDouble(times -> times.getOrDefault(step, Double.NaN))
                    .sorted()
                    .toArray();
        }

        double median(String step) {
            return Run.median(sorted(step));
        }

        double fastest() {
            return sorted(FirstMessage.RECEIVED)[0];
        }

        double slowest() {
            return sorted(FirstMessage.RECEIVED)[millisByStep.size() - 1];
        }

        String text() {
            String steps =
                    Arrays.stream(FirstMessage.STEPS)
                            .map(step -> Results.format("%s %.0f", step, median(step)))
                            .collect(Collectors.joining(", "));
            return Results.format(
                    "%s: to the first message %.0f ms, median of %d (%.0f to %.0f)\n  steps done after: %s ms\n",
                    variant.label(),
                    median(FirstMessage.RECEIVED),
                    millisByStep.size(),
                    fastest(),
                    slowest(),
                    steps);
        }

        String row() {
            String steps =
                    Arrays.stream(FirstMessage.STEPS)
                            .map(step -> Results.format("%.0f", median(step)))
                            .collect(Collectors.joining(" | "));
            return Results.format(
                    "| %s | %s | %.0f | %.0f |\n", variant.label(), steps, fastest(), slowest());
        }
    }

    private String markdown(List<Times> all) {
        StringBuilder page = new StringBuilder();
        page.append("# Start-up\n\n")
                .append("Written by `benchmarks/run startup --results FILE`; do not edit.\n\n")
                .append(
                        "From `new MillraceConnectionFactory(uri)` to the first message received, in a fresh JVM each time, on an ")
                .append(
                        "empty directory, class files in the file cache. Milliseconds after which each step was done, medians of ")
                .append(runs)
                .append("; aim: below 300.\n\nMachine: ")
                .append(Machine.here().line())
                .append(", load average ")
                .append(Machine.load())
                .append(". JVM options: ")
                .append(options.isEmpty() ? "none" : String.join(" ", options))
                .append(".\n\n| URI | ")
                .append(String.join(" | ", FirstMessage.STEPS))
                .append(" | fastest | slowest |\n|---|")
                .append("---|".repeat(FirstMessage.STEPS.length + 2))
                .append('\n');
        all.forEach(times -> page.append(times.row()));
        return page.toString();
    }
}
