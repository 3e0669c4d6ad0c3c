package io.millrace.storage.segment;

import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogFailure;
import io.millrace.core.log.PartitionLog;
import io.millrace.storage.ahead.OrderedTasks;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks a log for a replay in several threads.
 *
 * <p>The log is cut into stretches of some megabytes; an entry belongs to the stretch in which it
 * begins. Where the first entry of a stretch begins is known for certain only to who has read all
 * before it, so a thread guesses: it takes the first record header that it finds. The replay takes
 * what was read only if it begins just where the stretch before ended, and otherwise reads the
 * stretch itself. So it gets the entries, and meets the damage, that it would without reading
 * ahead, whatever bytes somebody put into a message. A device that refuses to read ends the replay,
 * even if it was a guess that was refused.
 *
 * <p>Memory: two stretches for each thread, and what of the last entry of each reaches beyond it. A
 * small heap has fewer threads.
 *
 * <p>Owned by the replay's thread.
 */
final class ReadAhead implements PartitionLog.Replay {

    static final int STRETCH_BYTES = 4 << 20;

    /** Less is read sooner than a thread is started. */
    private static final long BYTES_OF_A_THREAD = 2L * STRETCH_BYTES;

    /** For less, the replay's thread is enough. */
    static final long WORTH_IT_BYTES = 2 * BYTES_OF_A_THREAD;

    /** Part of the heap that may be read ahead. */
    private static final int HEAP_PART = 8;

    private final EntryReader reader;
    private final List<Segment> segments;
    private final int stretchBytes;
    private final OrderedTasks<Stretch> stretches;

    /** Everything before was taken. */
    private long at;

    /** What was found behind the entries that were taken last. */
    private @Nullable LogFailure failure;

    /** From the offset of an entry to what is durable. */
    record Extent(long from, long to) {}

    /**
     * What was read of a stretch.
     *
     * @param from offset of its first entry; {@link EntryReader#NOWHERE} if none begins in it
     * @param next offset behind its last entry
     * @param end where the next stretch begins
     * @param failure what stands, or went wrong, behind its entries; null for nothing
     */
    private record Stretch(
            long from, long next, long end, List<LogEntry> entries, @Nullable LogFailure failure) {}

    /**
     * Begins.
     *
     * @param threads the caller's included
     * @param stretchBytes a multiple of 8
     */
    ReadAhead(
            EntryReader reader,
            List<Segment> segments,
            Extent extent,
            int threads,
            int stretchBytes) {
        this.reader = reader;
        this.segments = segments;
        this.stretchBytes = stretchBytes;
        this.at = extent.from();
        this.stretches =
                new OrderedTasks<>("millrace-recovery", threads, plan(extent.from(), extent.to()));
    }

    /** How many threads of so many a replay of so many bytes may use. */
    static int threads(int atMost, long bytes) {
        long read = bytes / BYTES_OF_A_THREAD;
        long held = Runtime.getRuntime().maxMemory() / HEAP_PART / BYTES_OF_A_THREAD;
        return (int) Math.max(1, Math.min(atMost, Math.min(read, held)));
    }

    /** Cuts the log: no stretch reaches beyond its segment. */
    private Iterator<Supplier<Stretch>> plan(long from, long end) {
        return new Iterator<>() {

            private int index = EntryReader.indexOf(segments, from);
            private long next = from;

            @Override
            public boolean hasNext() {
                return next < end;
            }

            @Override
            public Supplier<Stretch> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("the log ends at " + end);
                }
                Segment segment = segments.get(index);
                boolean last = index == segments.size() - 1;
                long segmentEnd = last ? end : Math.min(end, segments.get(index + 1).base());
                long begin = next;
                long until = Math.min(begin + stretchBytes, segmentEnd);
                next = until;
                if (until == segmentEnd) {
                    index++;
                }
                return begin == from || begin == segment.base()
                        ? () -> read(begin, until)
                        : () -> guess(segment, begin, until);
            }
        };
    }

    private Stretch guess(Segment segment, long begin, long end) {
        try {
            long first = reader.guessEntry(segment, begin, end);
            return first == EntryReader.NOWHERE
                    ? new Stretch(first, first, end, List.of(), null)
                    : read(first, end);
        } catch (LogFailure e) {
            return new Stretch(EntryReader.NOWHERE, EntryReader.NOWHERE, end, List.of(), e);
        }
    }

    private Stretch read(long begin, long end) {
        List<LogEntry> entries = new ArrayList<>();
        long next = begin;
        try {
            while (next < end) {
                entries.addAll(reader.read(segments, next, end, Integer.MAX_VALUE));
                next = entries.get(entries.size() - 1).nextOffset();
            }
            return new Stretch(begin, next, end, entries, null);
        } catch (LogFailure e) {
            return new Stretch(begin, next, end, entries, e);
        }
    }

    @Override
    public List<LogEntry> next() {
        while (failure == null && stretches.hasNext()) {
            Stretch stretch = confirmed(stretches.next());
            failure = stretch.failure;
            if (!stretch.entries.isEmpty()) {
                at = stretch.next;
                return stretch.entries;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return List.of();
    }

    /** What stands from the last entry that was taken to the end of a stretch. */
    private Stretch confirmed(Stretch guess) {
        boolean refused = guess.failure != null && guess.failure.kind() == LogFailure.Kind.DEVICE;
        if (guess.from == at) {
            return guess;
        }
        if (refused || at >= guess.end) {
            return new Stretch(at, at, guess.end, List.of(), refused ? guess.failure : null);
        }
        return read(at, guess.end);
    }

    @Override
    public void close() {
        stretches.close();
    }
}
