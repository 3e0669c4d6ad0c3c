package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The page that {@link Growth} leaves, with its plots in {@code plots} beside it. What a person has
 * to say about the figures stands in a file of its own, {@code growth-notes.md} beside the page,
 * and is taken over.
 */
record GrowthPage(Growth growth, List<GrowthTable> tables, Path file) {

    private static final String PLOTS = "plots";

    void write() throws IOException {
        Path plots = Files.createDirectories(file.toAbsolutePath().resolveSibling(PLOTS));
        for (GrowthTable table : tables) {
            if (table.hasChart()) {
                Files.writeString(plots.resolve(plot(table)), table.svg());
            }
        }
        Files.writeString(file, markdown());
    }

    private static String plot(GrowthTable table) {
        return "growth-" + table.dimension().label() + ".svg";
    }

    private String markdown() throws IOException {
        StringBuilder page = new StringBuilder();
        page.append("# Growth\n\n")
                .append("Written by `benchmarks/run growth --results FILE`; do not edit.\n\n")
                .append("Machine: ")
                .append(Machine.here().line())
                .append(", load average at the end ")
                .append(Machine.load())
                .append(". ")
                .append(growth.terms())
                .append(
                        "\n\nTime is what passes for each message (or delivery), all of the machine busy; `!` marks what is more than ")
                .append(
                        "30 % from the first column. Log bytes are what the broker says that it wrote, over all that was sent.\n");
        for (GrowthTable table : tables) {
            page.append("\n## ").append(table.dimension().unit()).append("\n\n");
            page.append(table.markdown());
            if (table.hasChart()) {
                page.append("\n![cost by ")
                        .append(table.dimension().unit())
                        .append("](")
                        .append(PLOTS)
                        .append('/')
                        .append(plot(table))
                        .append(")\n");
            }
        }
        Path notes = file.toAbsolutePath().resolveSibling("growth-notes.md");
        if (Files.exists(notes)) {
            page.append('\n').append(Files.readString(notes));
        }
        return page.toString();
    }
}
