package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.JMSException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Date;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Objects that need no trust: values and collections of the JDK. */
class SimpleObjectsTest {

    private static MillraceObjectMessage message(@Nullable Serializable object)
            throws JMSException {
        MillraceObjectMessage message = new MillraceObjectMessage();
        message.setObject(object);
        return message;
    }

    private static MillraceObjectMessage received(@Nullable Serializable object)
            throws JMSException {
        return Passage.received(message(object));
    }

    @Test
    void simpleValuesArriveAsTheyAre() throws JMSException {
        EnumMap<TimeUnit, Integer> units = new EnumMap<>(TimeUnit.class);
        units.put(TimeUnit.DAYS, 1);
        Properties properties = new Properties();
        properties.put("key", "value");
        Serializable[] values = {
            5,
            5L,
            (byte) 5,
            (short) 5,
            5.5f,
            5.5,
            'c',
            true,
            "text",
            new BigDecimal("1.50"),
            BigInteger.TEN,
            new Date(5),
            UUID.fromString("00000000-0000-0005-0000-000000000006"),
            Locale.GERMANY,
            BitSet.valueOf(new long[] {5}),
            Instant.EPOCH,
            Duration.ofMillis(5),
            LocalDate.of(2026, 11, 21),
            ZonedDateTime.parse("2026-11-21T00:00:00+01:00[Europe/Berlin]"),
            new ArrayList<>(List.of(1, "two")),
            (Serializable) List.of(1, 2, 3),
            (Serializable) Map.of("a", 1),
            new HashMap<>(Map.of("a", new ArrayList<>(List.of(5)))),
            new TreeMap<>(Map.of("a", 1, "b", 2)),
            new HashSet<>(List.of(1, 2)),
            new LinkedList<>(List.of(1)),
            new ConcurrentHashMap<>(Map.of("a", 1)),
            units,
            properties
        };
        for (Serializable value : values) {
            MillraceObjectMessage arrived = received(value);
            assertEquals(value, arrived.getObject());
            assertTrue(arrived.isBodyAssignableTo(value.getClass()));
            assertEquals(value, arrived.getBody(value.getClass()));
            assertEquals(value, arrived.getBody(Serializable.class));
        }
        assertArrayEquals(new int[] {1, 2}, received(new int[] {1, 2}).getBody(int[].class));
        Object[] nested = {new String[][] {{"a"}}, new long[] {5}};
        assertArrayEquals(nested, received(nested).getBody(Object[].class));
        assertEquals(5, ((AtomicLong) object(received(new AtomicLong(5)))).get());
        StringBuffer buffer = (StringBuffer) object(received(new StringBuffer("abc")));
        assertEquals("abc", buffer.toString());
        IllegalStateException failure =
                (IllegalStateException) object(received(new IllegalStateException("why")));
        assertEquals("why", failure.getMessage());
    }

    private static Object object(MillraceObjectMessage message) throws JMSException {
        Object object = message.getObject();
        assertNotNull(object);
        return object;
    }
}
