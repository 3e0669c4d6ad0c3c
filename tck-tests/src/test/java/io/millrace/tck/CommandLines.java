package io.millrace.tck;

import io.millrace.server.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** The command {@code millrace} in this process: what it prints, and its exit status. */
record CommandLines(int status, List<String> lines, String errors) {

    static CommandLines millrace(String... words) {
        PrintStream outBefore = System.out;
        PrintStream errorsBefore = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            int status = new CommandLine(new Main()).execute(words);
            return new CommandLines(
                    status,
                    out.toString(StandardCharsets.UTF_8).lines().toList(),
                    errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(outBefore);
            System.setErr(errorsBefore);
        }
    }
}
