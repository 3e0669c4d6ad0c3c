package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.examples.ResultFile.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {

    @TempDir Path directory;

    @Test
    void readsWhatWasAppended() {
        try (ResultFile file = ResultFile.open(path())) {
            file.append("a", Arrival.FIRST, "one", "Pedasí, Panama");
            file.append("b", Arrival.RESENT);
            assertEquals(2, file.distinct());
        }
        assertEquals(
                List.of(
                        new Row("a", Arrival.FIRST, List.of("one", "Pedasí, Panama")),
                        new Row("b", Arrival.RESENT, List.of(""))),
                ResultFile.read(path()));
    }

    @Test
    void isEmptyBeforeItExists() {
        assertEquals(List.of(), ResultFile.read(path()));
    }

    @Test
    void goesOnWhereItWas() {
        append("a", Arrival.FIRST);
        try (ResultFile again = ResultFile.open(path())) {
            assertEquals(1, again.distinct());
            again.append("a", Arrival.REDELIVERED);
            again.append("b", Arrival.FIRST);
            assertEquals(2, again.distinct());
        }
        List<Row> rows = ResultFile.read(path());
        assertEquals(3, rows.size());
        assertEquals(
                List.of(Arrival.FIRST, Arrival.FIRST),
                ResultFile.firstOfEachKey(rows).stream().map(Row::arrival).toList());
    }

    @Test
    void cutsALineThatACrashLeftUnfinished() throws IOException {
        append("a", Arrival.FIRST);
        Files.writeString(path(), "b\tFIR", StandardOpenOption.APPEND);
        assertEquals(1, ResultFile.read(path()).size());
        append("c", Arrival.FIRST);
        assertEquals("a\tFIRST\t\nc\tFIRST\t\n", Files.readString(path()));
    }

    private void append(String key, Arrival arrival) {
        try (ResultFile file = ResultFile.open(path())) {
            file.append(key, arrival);
        }
    }

    private Path path() {
        return directory.resolve("results").resolve("some.tsv");
    }
}
