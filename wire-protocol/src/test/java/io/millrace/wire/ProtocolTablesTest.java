package io.millrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/PROTOCOL.md} say what the code does. */
class ProtocolTablesTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "PROTOCOL.md");
    private static final Pattern ROW =
            Pattern.compile("\\| 0x([0-9a-f]{2}) \\| (\\w+) \\| (.*) \\|");

    private record Row(int type, String name, List<String> fields) {}

    @Test
    void framesHaveTheNumbersNamesAndFieldsOfTheTable() throws IOException {
        Map<Integer, String> inTable = new TreeMap<>();
        rows().forEach(row -> inTable.put(row.type(), row.name() + " " + names(row)));
        Map<Integer, String> inCode = new TreeMap<>();
        for (GoldenFrame golden : GoldenFrameTest.all()) {
            List<String> names = new ArrayList<>();
            for (RecordComponent component : golden.frame().getClass().getRecordComponents()) {
                names.add(component.getName());
            }
            inCode.put(golden.frame().type(), golden + " " + names);
        }
        assertEquals(inTable, inCode);
    }

    /** Reads the golden bytes as a stranger would who knows nothing but the document. */
    @Test
    void bytesAreReadableByTheTableAlone() throws IOException {
        Map<Integer, Row> rowsByType = new TreeMap<>();
        rows().forEach(row -> rowsByType.put(row.type(), row));
        for (GoldenFrame golden : GoldenFrameTest.all()) {
            Row row = rowsByType.get(golden.frame().type());
            assertTrue(row != null, golden + " must be in the table");
            WireInput from = new WireInput(golden.body());
            from.skip(2);
            RecordComponent[] components = golden.frame().getClass().getRecordComponents();
            for (int field = 0; row != null && field < components.length; field++) {
                assertEquals(
                        FrameFields.value(golden.frame(), components[field]),
                        read(from, row.fields().get(field), components[field].getType()),
                        golden + "." + components[field].getName());
            }
            assertFalse(from.hasRemaining(), golden + " has more bytes than the table says");
        }
    }

    @Test
    void kindsAndOutcomesHaveTheNumbersOfTheDocument() throws IOException {
        String text = Files.readString(DOCUMENT).replace('\n', ' ');
        Map<Integer, String> kinds = new TreeMap<>();
        for (DestinationKind kind : DestinationKind.values()) {
            kinds.put(kind.number(), words(kind));
        }
        assertEquals(numbered(between(text, "Kinds: ", "Outcomes: ")), kinds);
        Map<Integer, String> outcomes = new TreeMap<>();
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome.number(), words(outcome));
        }
        assertEquals(numbered(between(text, "Outcomes: ", "Error codes: ")), outcomes);
    }

    @Test
    void errorCodesKeepTheirNumbers() {
        StringBuilder codes = new StringBuilder();
        for (ErrorCode code : ErrorCode.values()) {
            codes.append(code.number()).append(' ').append(code).append('\n');
            assertEquals(code, ErrorCode.of(code.number()));
        }
        assertEquals(
                """
                1 PROTOCOL
                2 NOT_AUTHORIZED
                3 INVALID_DESTINATION
                4 CLIENT_ID_IN_USE
                5 IN_USE
                6 NO_SUCH_SUBSCRIPTION
                7 INVALID_SELECTOR
                8 LIMIT
                9 UNAVAILABLE
                10 PRODUCER_EXPIRED
                11 VERSION
                12 NOT_SUPPORTED
                13 ROLLED_BACK
                14 NOT_RETAINED
                15 UNREADABLE
                16 TOO_LARGE
                17 UNKNOWN_TRANSACTION
                18 DUPLICATE_TRANSACTION
                19 TRANSACTION_STATE
                20 TRANSACTION_TIMED_OUT
                21 HEURISTIC_COMMIT
                22 HEURISTIC_ROLLBACK
                """,
                codes.toString());
        assertEquals(ErrorCode.NOT_SUPPORTED, ErrorCode.of(0));
        assertEquals(ErrorCode.NOT_SUPPORTED, ErrorCode.of(31));
        assertEquals(ErrorCode.NOT_SUPPORTED, ErrorCode.of(32));
        assertEquals(ErrorCode.NOT_SUPPORTED, ErrorCode.of(0xffff));
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                // "runs: number varint, each as below" is one field, and the last of its frame;
                // so are branches, and settlements unless something follows.
                String payload =
                        row.group(3)
                                .replace(": number varint, each as below,", " settlements,")
                                .replaceAll(": .*", " runs");
                rows.add(
                        new Row(
                                Integer.parseInt(row.group(1), 16),
                                row.group(2),
                                List.of(payload.split(", "))));
            }
        }
        assertEquals(GoldenFrameTest.all().size(), rows.size());
        return rows;
    }

    private static List<String> names(Row row) {
        List<String> names = new ArrayList<>();
        row.fields().forEach(field -> names.add(field.substring(0, field.indexOf(' '))));
        return names;
    }

    private static String read(WireInput from, String field, Class<?> type) {
        String form = field.substring(field.indexOf(' ') + 1);
        return switch (form) {
            case "u8" -> named(from.readUnsignedByte(), type);
            case "u16" -> named(from.readUnsignedShort(), type);
            case "i64" -> String.valueOf(from.readLong());
            case "varint" -> Long.toUnsignedString(from.readVarint());
            case "bool" -> String.valueOf(from.readBoolean());
            case "id" -> from.readId().toString();
            case "blob" -> HexFormat.of().formatHex(from.readBlob());
            case "string" -> from.readString();
            case "string?" -> String.valueOf(from.readNullableString());
            case "ranges" -> SequenceRanges.read(from).toString();
            case "u8?" -> from.hasRemaining() ? named(from.readUnsignedByte(), type) : "null";
            case "varint?" -> from.hasRemaining() ? Long.toUnsignedString(from.readVarint()) : "0";
            case "ranges?" ->
                    (from.hasRemaining() ? SequenceRanges.read(from) : SequenceRanges.EMPTY)
                            .toString();
            case "partitions?" -> PartitionSet.readIfAny(from).toString();
            case "settlements" -> {
                int before = from.position() + 1;
                assertEquals(2, TransactionFrame.Settlement.readAll(from).size());
                yield HexFormat.of().formatHex(from.array(), before, from.position());
            }
            case "runs" -> {
                assertEquals(2, from.readVarint());
                yield HexFormat.of().formatHex(from.readBytes(from.remaining()));
            }
            case "to the end of the frame" ->
                    HexFormat.of().formatHex(from.readBytes(from.remaining()));
            default -> throw new AssertionError("the table's types do not explain " + field);
        };
    }

    private static String named(int number, Class<?> type) {
        if (type == DestinationKind.class) {
            return DestinationKind.of(number).toString();
        }
        if (type == Outcome.class) {
            return Outcome.of(number).toString();
        }
        if (type == RewindFrom.class) {
            return RewindFrom.of(number).toString();
        }
        if (type == TransactionOutcome.class) {
            return TransactionOutcome.of(number).toString();
        }
        if (type == Resolution.class) {
            return Resolution.of(number).toString();
        }
        return type == ErrorCode.class ? ErrorCode.of(number).toString() : Integer.toString(number);
    }

    private static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String between(String text, String begin, String end) {
        return text.substring(text.indexOf(begin) + begin.length(), text.indexOf(end));
    }

    private static Map<Integer, String> numbered(String text) {
        Map<Integer, String> names = new TreeMap<>();
        Matcher each =
                Pattern.compile("(\\d) ([a-z ]+)").matcher(text.replaceAll("\\([^)]*\\)", ""));
        while (each.find()) {
            names.put(Integer.parseInt(each.group(1)), each.group(2).strip());
        }
        return names;
    }
}
