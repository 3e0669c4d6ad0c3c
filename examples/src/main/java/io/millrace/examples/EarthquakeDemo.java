package io.millrace.examples;

import jakarta.jms.JMSRuntimeException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * Runs all programs of this package in one process, shows how they come along, and ends with a
 * summary that can be checked against the feed.
 *
 * <p>By default the broker runs in this process too, with its log on disk. Kill the process with
 * {@code kill -9} and run it again: it goes on where it was. What it goes on from is the broker's
 * log and the programs' result files; the demo itself remembers nothing but whether a run is
 * complete.
 */
public final class EarthquakeDemo {

    private static final List<String> LAST_QUESTIONS =
            List.of("how many", "how many in Alaska", "strongest", "deepest");
    private static final long LOOK_EVERY_MILLIS = 100;
    private static final int LOOKS_PER_PROGRESS_LINE = 10;
    private static final int LOOKS_PER_QUESTION = 25;
    private static final int LOOKS_UNTIL_STALLED = 300;

    private final Settings settings;
    private final PrintStream out;
    private final List<Quake> feed = EarthquakeFeed.load();
    private int asked;
    private int answered;

    EarthquakeDemo(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.fromCommandLine(arguments);
        boolean exact = false;
        try {
            exact = new EarthquakeDemo(settings, System.out).run();
        } catch (IllegalArgumentException | IllegalStateException | JMSRuntimeException e) {
            System.err.println(e.getMessage());
        }
        System.exit(exact ? 0 : 1);
    }

    /** Whether everything arrived, exactly. */
    boolean run() throws Exception {
        DemoDirectory directory = new DemoDirectory(settings);
        out.println(directory.prepare() + ": " + settings.directory());
        if (!directory.complete()) {
            try (DemoPrograms programs = new DemoPrograms(settings, feed, out)) {
                programs.start();
                watch(programs);
                LAST_QUESTIONS.forEach(question -> ask(programs, question));
            }
        }
        Summary summary = Summary.of(settings, DemoPrograms.WORKERS, feed);
        out.println();
        out.println("What arrived (examples/README.md says how to check it against the feed):");
        out.print(summary);
        out.println("questions             " + asked + " asked, " + answered + " answered");
        if (summary.exact()) {
            directory.markComplete();
        }
        return summary.exact() && asked == answered;
    }

    /** Shows progress and asks a question now and then, until all have got everything. */
    private void watch(DemoPrograms programs) throws Exception {
        int counted = -1;
        int looksWithoutChange = 0;
        for (int look = 0; !programs.finished(); look++) {
            programs.throwFailure();
            if (look % LOOKS_PER_PROGRESS_LINE == 0) {
                out.println(programs.progress());
            }
            if (look % LOOKS_PER_QUESTION == LOOKS_PER_QUESTION - 1) {
                ask(programs, "how many");
            }
            looksWithoutChange = programs.counted() == counted ? looksWithoutChange + 1 : 0;
            counted = programs.counted();
            if (looksWithoutChange == LOOKS_UNTIL_STALLED) {
                throw new IllegalStateException(
                        "Expected progress, but nothing has moved for 30 seconds. Do the results in "
                                + settings.directory()
                                + " belong to the broker "
                                + settings.broker()
                                + "? If one of them was cleared, clear the other too.");
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
        out.println(programs.progress());
    }

    private void ask(DemoPrograms programs, String question) {
        asked++;
        Optional<String> answer = programs.ask(question);
        answered += answer.isPresent() ? 1 : 0;
        out.println("        desk: " + question + "? " + answer.orElse("(no answer)"));
    }
}
