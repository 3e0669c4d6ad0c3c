package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each cell of the tables 3-2 (properties) and 3-7 (maps and streams). */
class ConversionTableTest {

    private static final List<String> TYPES =
            List.of(
                    "boolean", "byte", "short", "char", "int", "long", "float", "double", "String",
                    "byte[]");

    /** Table 3-7. Table 3-2 is the same without char and byte[]. */
    private static final Map<String, Set<String>> READABLE_BY_WRITTEN =
            Map.of(
                    "boolean", Set.of("boolean", "String"),
                    "byte", Set.of("byte", "short", "int", "long", "String"),
                    "short", Set.of("short", "int", "long", "String"),
                    "char", Set.of("char", "String"),
                    "int", Set.of("int", "long", "String"),
                    "long", Set.of("long", "String"),
                    "float", Set.of("float", "double", "String"),
                    "double", Set.of("double", "String"),
                    "String",
                            Set.of(
                                    "boolean", "byte", "short", "int", "long", "float", "double",
                                    "String"),
                    "byte[]", Set.of("byte[]"));

    private static final Map<String, Object> VALUE_BY_WRITTEN =
            Map.of(
                    "boolean",
                    true,
                    "byte",
                    (byte) 7,
                    "short",
                    (short) 7,
                    "char",
                    '7',
                    "int",
                    7,
                    "long",
                    7L,
                    "float",
                    7.5f,
                    "double",
                    7.5,
                    "String",
                    "7",
                    "byte[]",
                    new byte[] {7});

    /** Reads a value as one type. */
    interface Reader {
        @Nullable Object read(String type) throws JMSException;
    }

    /** Where values are: each kind writes one, and gives a reader of the received message. */
    enum Place {
        PROPERTY {
            @Override
            Reader holding(@Nullable Object value) throws JMSException {
                MillraceMessage message = new MillraceMessage();
                message.setObjectProperty("it", value);
                MillraceMessage received = Passage.received(message);
                return type ->
                        switch (type) {
                            case "boolean" -> received.getBooleanProperty("it");
                            case "byte" -> received.getByteProperty("it");
                            case "short" -> received.getShortProperty("it");
                            case "int" -> received.getIntProperty("it");
                            case "long" -> received.getLongProperty("it");
                            case "float" -> received.getFloatProperty("it");
                            case "double" -> received.getDoubleProperty("it");
                            default -> received.getStringProperty("it");
                        };
            }
        },
        MAP {
            @Override
            Reader holding(@Nullable Object value) throws JMSException {
                MillraceMapMessage message = new MillraceMapMessage();
                message.setObject("it", value);
                MillraceMapMessage received = Passage.received(message);
                return type ->
                        switch (type) {
                            case "boolean" -> received.getBoolean("it");
                            case "byte" -> received.getByte("it");
                            case "short" -> received.getShort("it");
                            case "char" -> received.getChar("it");
                            case "int" -> received.getInt("it");
                            case "long" -> received.getLong("it");
                            case "float" -> received.getFloat("it");
                            case "double" -> received.getDouble("it");
                            case "String" -> received.getString("it");
                            default -> received.getBytes("it");
                        };
            }
        },
        STREAM {
            @Override
            Reader holding(@Nullable Object value) throws JMSException {
                MillraceStreamMessage message = new MillraceStreamMessage();
                message.writeObject(value);
                MillraceStreamMessage received = Passage.received(message);
                return type ->
                        switch (type) {
                            case "boolean" -> received.readBoolean();
                            case "byte" -> received.readByte();
                            case "short" -> received.readShort();
                            case "char" -> received.readChar();
                            case "int" -> received.readInt();
                            case "long" -> received.readLong();
                            case "float" -> received.readFloat();
                            case "double" -> received.readDouble();
                            case "String" -> received.readString();
                            default -> readBytes(received);
                        };
            }
        };

        abstract Reader holding(@Nullable Object value) throws JMSException;

        boolean has(String type) {
            return this != PROPERTY || !type.equals("char") && !type.equals("byte[]");
        }
    }

    private static byte @Nullable [] readBytes(MillraceStreamMessage from) throws JMSException {
        byte[] buffer = new byte[2];
        int count = from.readBytes(buffer);
        return count < 0 ? null : Arrays.copyOf(buffer, count);
    }

    record Cell(Place place, String written, String read) {

        @Override
        public String toString() {
            return place + ": " + written + " as " + read;
        }
    }

    static Stream<Cell> cells() {
        return Stream.of(Place.values())
                .flatMap(
                        place ->
                                TYPES.stream()
                                        .filter(place::has)
                                        .flatMap(
                                                written ->
                                                        TYPES.stream()
                                                                .filter(place::has)
                                                                .map(
                                                                        read ->
                                                                                new Cell(
                                                                                        place,
                                                                                        written,
                                                                                        read))));
    }

    /** What the value written as one type is when read as another. */
    private static Object expected(String written, String read) {
        Object value = VALUE_BY_WRITTEN.getOrDefault(written, "");
        return switch (read) {
            case "boolean" -> value.equals(true);
            case "byte" -> (byte) 7;
            case "short" -> (short) 7;
            case "int" -> 7;
            case "long" -> 7L;
            case "float" -> written.equals("String") ? 7f : 7.5f;
            case "double" -> written.equals("String") ? 7.0 : 7.5;
            case "String" -> value.toString();
            default -> value;
        };
    }

    @ParameterizedTest
    @MethodSource("cells")
    void readsMarkedCellsAndRefusesTheOthers(Cell cell) throws JMSException {
        Reader reader = cell.place.holding(VALUE_BY_WRITTEN.get(cell.written));
        boolean marked =
                READABLE_BY_WRITTEN.getOrDefault(cell.written, Set.of()).contains(cell.read);
        if (!marked) {
            assertThrows(MessageFormatException.class, () -> reader.read(cell.read));
            return;
        }
        Object expected = expected(cell.written, cell.read);
        if (expected instanceof byte[] bytes) {
            assertArrayEquals(bytes, (byte[]) reader.read(cell.read));
        } else {
            assertEquals(expected, reader.read(cell.read));
        }
    }

    static Stream<Cell> columns() {
        return cells().filter(cell -> cell.written.equals("String"));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void readsNullAsValueOfDoes(Cell cell) throws JMSException {
        Reader reader = cell.place.holding(null);
        switch (cell.read) {
            case "boolean" -> assertEquals(false, reader.read("boolean"));
            case "byte", "short", "int", "long" ->
                    assertThrows(NumberFormatException.class, () -> reader.read(cell.read));
            case "float", "double", "char" ->
                    assertThrows(NullPointerException.class, () -> reader.read(cell.read));
            default -> assertNull(reader.read(cell.read));
        }
    }

    @ParameterizedTest
    @MethodSource("columns")
    void readsOtherTextsAsValueOfDoes(Cell cell) throws JMSException {
        Reader reader = cell.place.holding("seven");
        switch (cell.read) {
            case "boolean" -> assertEquals(false, reader.read("boolean"));
            case "byte", "short", "int", "long", "float", "double" ->
                    assertThrows(NumberFormatException.class, () -> reader.read(cell.read));
            case "String" -> assertEquals("seven", reader.read("String"));
            default -> assertThrows(MessageFormatException.class, () -> reader.read(cell.read));
        }
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void readsTrueInAnyCase(Place place) throws JMSException {
        assertEquals(true, place.holding("tRuE").read("boolean"));
        assertEquals(false, place.holding("yes").read("boolean"));
    }
}
