package io.millrace.server.messages;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.Effect;
import io.millrace.core.EventCodec;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.PartitionLog;
import io.millrace.core.partition.PartitionEvent.Enqueued;
import io.millrace.server.DeafListener;
import io.millrace.storage.file.LocalDisk;
import io.millrace.storage.segment.Flusher;
import io.millrace.storage.segment.SegmentLimits;
import io.millrace.storage.segment.SegmentedLog;
import io.millrace.storage.segment.SegmentedLogConfig;
import io.millrace.wire.Id128;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much of the log a read looks at to find what it wants. */
class ScatteredReadsTest {

    private static final int WANTED = 200;
    private static final long OTHER_QUEUE = 7;

    private @TempDir Path directory = Path.of("");
    private int blockBytes = 1;
    private int reads;
    private int entriesRead;

    /** Else a queue among a thousand others has nearly all of the log read for each message. */
    @Test
    void doesNotLookAtAllThatLiesBetween() throws Exception {
        assertEquals(WANTED, readAmong(400));
        assertEquals(WANTED, entriesRead);
    }

    @Test
    void readsInOneGoWhatLiesClose() throws Exception {
        assertEquals(WANTED, readAmong(2));
        assertTrue(reads <= 2, reads + " reads");
        assertTrue(entriesRead <= 3 * WANTED, entriesRead + " entries");
    }

    /** Else whoever is far behind has the file opened for each batch. */
    @Test
    void readsInOneGoWhatLiesOneBehindTheOtherHoweverLarge() throws Exception {
        blockBytes = 40_000;
        assertEquals(WANTED, readAmong(0));
        assertTrue(reads <= WANTED / 4, reads + " reads");
    }

    /** How many messages come, when between each two of them there are so many others. */
    private int readAmong(int others) throws Exception {
        Flusher flusher = Flusher.start(new LocalDisk());
        SegmentedLog log =
                SegmentedLog.open(
                        new SegmentedLogConfig(
                                directory,
                                1,
                                SegmentedLogConfig.NEXT_EPOCH,
                                new SegmentLimits(64 << 20, 1 << 14, 1, 100),
                                flusher,
                                new DeafListener()));
        try (log) {
            MessageStore store = new MessageStore(counting(log), 1);
            long otherSequence = 1;
            for (long sequence = 1; sequence <= WANTED; sequence++) {
                append(log, store, MessageCacheTest.block(sequence, blockBytes));
                for (int other = 0; other < others; other++) {
                    append(log, store, ofOther(otherSequence++));
                }
            }
            await().until(() -> log.durableOffset() == log.endOffset());
            return read(store).size();
        } finally {
            flusher.close();
        }
    }

    private static List<Enqueued> read(MessageStore store) {
        return store.load(
                store.plan(
                        new Effect.Read(
                                1, MessageCacheTest.QUEUE, 1, WANTED, Effect.Part.ALL, 1 << 24)));
    }

    private static Enqueued ofOther(long sequence) {
        return new Enqueued(
                OTHER_QUEUE, sequence, Id128.NONE, null, MessageCacheTest.block(sequence).batch());
    }

    private static void append(PartitionLog log, MessageStore store, Enqueued block) {
        long offset = log.append(EventCodec.encode(List.of(block)), 1_000);
        store.index().logged(block, offset);
    }

    private PartitionLog counting(PartitionLog log) {
        return (PartitionLog)
                Proxy.newProxyInstance(
                        PartitionLog.class.getClassLoader(),
                        new Class<?>[] {PartitionLog.class},
                        (proxy, method, arguments) -> {
                            try {
                                Object result = method.invoke(log, arguments);
                                if (method.getName().equals("read")) {
                                    reads++;
                                    entriesRead += ((List<LogEntry>) result).size();
                                }
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
