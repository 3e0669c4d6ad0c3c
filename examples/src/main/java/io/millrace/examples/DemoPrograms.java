package io.millrace.examples;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSRuntimeException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The demo's programs, each in a thread of its own: publisher, archive, three workers, alerts,
 * desk.
 *
 * <p>Started, watched and closed by one thread.
 */
final class DemoPrograms implements AutoCloseable {

    static final List<String> WORKERS = List.of("anna", "ben", "carla");
    private static final long ARCHIVE_SHIFT_MILLIS = 1_500;
    private static final long STOP_WITHIN_SECONDS = 20;

    private final Settings settings;
    private final List<Quake> feed;
    private final Figures expected;
    private final PrintStream out;
    private final long startNanos = System.nanoTime();

    private final ConnectionFactory factory;
    private final QuestionAsker asker;
    private final QuakePublisher publisher;
    private final ResultFile archived;
    private final ResultFile alerted;
    private final Map<String, ResultFile> locatedByWorker = new LinkedHashMap<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> programs = new ArrayList<>();
    private volatile boolean running = true;
    private volatile boolean archiveOnline;

    DemoPrograms(Settings settings, List<Quake> feed, PrintStream out) {
        this.settings = settings;
        this.feed = feed;
        this.expected = Figures.of(feed);
        this.out = out;
        factory = settings.connectionFactory();
        // The first to connect: an embedded broker runs for as long as somebody is connected.
        asker = new QuestionAsker(factory);
        publisher = new QuakePublisher(factory);
        archived = ResultFile.open(settings.resultFile("archive"));
        alerted = ResultFile.open(settings.resultFile("alerts"));
        for (String worker : WORKERS) {
            locatedByWorker.put(worker, ResultFile.open(settings.resultFile("located-" + worker)));
        }
    }

    void start() throws InterruptedException {
        ArchiveSubscriber archive = new ArchiveSubscriber(factory, archived);
        AlertSubscriber alerts =
                new AlertSubscriber(factory, alerted, alert -> out.println("        " + alert));
        QuestionDesk desk =
                new QuestionDesk(factory, settings.resultFile("archive"), exchange -> {});

        // A durable subscription gets what is published after it was made, so it comes first.
        archive.subscribe();
        alerts.subscribe();

        start(() -> workInShifts(archive));
        start(() -> alerts.run(this::running));
        start(() -> desk.run(this::running));
        locatedByWorker.forEach(
                (name, located) -> {
                    LocateWorker worker = new LocateWorker(factory, name, located, line -> {});
                    start(() -> worker.run(this::running));
                });
        start(() -> publisher.run(feed, settings.pause(), this::running));
    }

    /** A program is allowed to fail with any exception: {@link #throwFailure} hands it on. */
    private interface Program {
        void run() throws Exception;
    }

    private void start(Program program) {
        Callable<Boolean> call =
                () -> {
                    program.run();
                    return true;
                };
        programs.add(threads.submit(call));
    }

    /**
     * The archive is offline half of the time, and online when there is nothing else left to do.
     */
    private void workInShifts(ArchiveSubscriber archive) throws InterruptedException {
        while (running) {
            archiveOnline = true;
            long shiftEndNanos = System.nanoTime() + ARCHIVE_SHIFT_MILLIS * 1_000_000;
            try {
                archive.run(() -> running && (allPublished() || System.nanoTime() < shiftEndNanos));
            } catch (JMSRuntimeException e) {
                // An open connection outlives a restart of the broker; a new one needs it there.
                out.println("        archive: not this time: " + e.getMessage());
            }
            archiveOnline = false;
            if (running) {
                Thread.sleep(ARCHIVE_SHIFT_MILLIS);
            }
        }
    }

    Optional<String> ask(String question) {
        return asker.ask(question);
    }

    /** Whether each program has got all that it is ever going to get. */
    boolean finished() {
        return allPublished()
                && archived.distinct() == expected.quakes()
                && alerted.distinct() == expected.alerts()
                && locatedInFiles() >= expected.quakes()
                // A job that went to two workers, after a crash, stands in two files.
                && Summary.of(settings, WORKERS, feed).located() == expected.quakes();
    }

    /** Throws what a program failed with, if one did. */
    void throwFailure() throws InterruptedException, ExecutionException {
        for (Future<?> program : programs) {
            if (program.isDone()) {
                program.get();
            }
        }
    }

    /** Grows whenever any program has got on. */
    int counted() {
        return publisher.published() + archived.distinct() + alerted.distinct() + locatedInFiles();
    }

    String progress() {
        String byWorker =
                locatedByWorker.values().stream()
                        .map(located -> Integer.toString(located.distinct()))
                        .collect(Collectors.joining("+"));
        return String.format(
                "%5.1f s  published %4s   archived %4d (%s)   located %4d = %s   alerts %2d",
                (System.nanoTime() - startNanos) / 1e9,
                publisher.published() < 0 ? "?" : publisher.published(),
                archived.distinct(),
                archiveOnline ? "online" : "offline",
                locatedInFiles(),
                byWorker,
                alerted.distinct());
    }

    /** Lets every program acknowledge what it has done, and ends it. */
    @Override
    public void close() throws InterruptedException {
        running = false;
        threads.shutdown();
        if (!threads.awaitTermination(STOP_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            threads.shutdownNow();
        }
        asker.close();
        archived.close();
        alerted.close();
        locatedByWorker.values().forEach(ResultFile::close);
    }

    private boolean running() {
        return running;
    }

    private boolean allPublished() {
        return publisher.published() == expected.quakes();
    }

    private int locatedInFiles() {
        return locatedByWorker.values().stream().mapToInt(ResultFile::distinct).sum();
    }
}
