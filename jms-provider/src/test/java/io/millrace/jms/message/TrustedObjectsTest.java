package io.millrace.jms.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which objects are let in (3.11), and what is said of those that are not. */
class TrustedObjectsTest {

    /** A class that nobody trusts by itself. */
    private record Order(int number, @Nullable Serializable part) implements Serializable {}

    private enum Colour {
        RED
    }

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

    private static MessageFormatException refusal(MillraceObjectMessage message) {
        return assertThrows(MessageFormatException.class, message::getObject);
    }

    private static MillraceObjectMessage trusting(String names, Serializable object)
            throws JMSException {
        MillraceObjectMessage message = received(object);
        message.readObjectsWith(TrustedClasses.parse(names), null);
        return message;
    }

    private static Object object(MillraceObjectMessage message) throws JMSException {
        Object object = message.getObject();
        assertNotNull(object);
        return object;
    }

    @Test
    void otherClassesAreRefusedWithWhatWouldAllowThem() throws JMSException {
        MillraceObjectMessage arrived = received(new Order(5, null));
        MessageFormatException refused = refusal(arrived);
        assertEquals("CLASS_NOT_TRUSTED", refused.getErrorCode());
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(Order.class.getName()), message);
        assertTrue(message.contains("?trustedPackages=io.millrace.jms.message"), message);
        assertTrue(message.contains("setTrustedPackages"), message);
        assertFalse(arrived.isBodyAssignableTo(Order.class));
        assertThrows(MessageFormatException.class, () -> arrived.getBody(Order.class));
        refusal(received(new Order[0]));
        refusal(received(new Order[1][0]));
        refusal(received(Colour.RED));
        refusal(received(new ArrayList<>(List.of(new HashMap<>(Map.of(1, new Order(1, null)))))));
    }

    @Test
    void classesThatMakeClassesOrOpenConnectionsAreRefused() throws Exception {
        refusal(received(new URL("http://127.0.0.1/")));
        Comparator<String> lambda = (Comparator<String> & Serializable) String::compareTo;
        refusal(received((Serializable) lambda));
        refusal(received(Runtime.class));
        refusal(received(new java.util.logging.LogRecord(java.util.logging.Level.INFO, "")));
    }

    @Test
    void packagesAndClassesCanBeTrusted() throws JMSException {
        Order order = new Order(5, new ArrayList<>(List.of(Colour.RED)));
        for (String names :
                List.of(
                        "io.millrace.jms.message",
                        "io.millrace",
                        "*",
                        "com.example, io.millrace")) {
            assertEquals(order, trusting(names, order).getObject(), names);
        }
        String self = TrustedObjectsTest.class.getName();
        assertEquals(order, trusting(self, order).getObject());
        assertEquals(new Order(1, null), trusting(self + "$Order", new Order(1, null)).getObject());
        refusal(trusting(self + "$Order", order));
        refusal(trusting("io.millrace.jms.mess", order));
        refusal(trusting("io.millrace.jms.message.TrustedObject", order));
        assertThrows(IllegalArgumentException.class, () -> TrustedClasses.parse("a b"));
        assertThrows(IllegalArgumentException.class, () -> TrustedClasses.parse("com.example.*"));
        assertThrows(IllegalArgumentException.class, () -> TrustedClasses.parse(""));
    }

    @Test
    void ownObjectsNeedNoTrust() throws JMSException {
        MillraceObjectMessage message = message(new Order(5, null));
        assertEquals(new Order(5, null), message.getBody(Order.class));
    }

    /** Refused by name, before anybody looks for the class. */
    @Test
    void refusedClassesAreNotLoaded() throws Exception {
        MillraceObjectMessage arrived = received(new Order(5, null));
        withContext(
                new ClassLoader(null) {
                    @Override
                    protected Class<?> findClass(String name) {
                        throw new AssertionError("asked for " + name);
                    }
                },
                () -> assertEquals("CLASS_NOT_TRUSTED", refusal(arrived).getErrorCode()));
    }

    @Test
    void classesAreLookedForInTheContextThenWhereTheProviderIsTold() throws Exception {
        MillraceObjectMessage arrived = trusting("*", new Order(5, null));
        try (URLClassLoader nothing = new URLClassLoader(new URL[0], null)) {
            // The context knows nothing, the provider's own loader does.
            withContext(nothing, () -> assertEquals(new Order(5, null), arrived.getObject()));
            arrived.readObjectsWith(TrustedClasses.parse("*"), nothing);
            assertEquals(new Order(5, null), arrived.getObject(), "found in the context");
        }
        URL classes = Order.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader another =
                new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            withContext(
                    another,
                    () -> {
                        Object object = object(arrived);
                        assertEquals(another, object.getClass().getClassLoader());
                    });
        }
    }

    private static void withContext(ClassLoader loader, Call call) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            call.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private interface Call {
        void run() throws Exception;
    }

    private static final class Handler implements InvocationHandler, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return 7;
        }
    }

    private interface Counter extends Serializable {
        int count();
    }

    @Test
    void proxiesNeedTrustInInterfacesAndHandler() throws Exception {
        Counter counter =
                (Counter)
                        Proxy.newProxyInstance(
                                Counter.class.getClassLoader(),
                                new Class<?>[] {Counter.class},
                                new Handler());
        refusal(received(counter));
        refusal(trusting(Counter.class.getName(), counter));
        assertEquals(7, ((Counter) object(trusting("io.millrace", counter))).count());
    }

    @Test
    void tooDeepIsRefused() throws JMSException {
        Serializable nested = "core";
        for (int depth = 0; depth < 300; depth++) {
            nested = new Order(depth, nested);
        }
        assertEquals("INVALID_OBJECT", refusal(trusting("*", nested)).getErrorCode());
        nested = "core";
        for (int depth = 0; depth < 50; depth++) {
            nested = new Order(depth, nested);
        }
        assertEquals(nested, trusting("*", nested).getObject());
    }

    /** A few bytes that claim to be a huge array must not become one. */
    @Test
    void arraysLargerThanTheMessageAreRefused() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream to = new ObjectOutputStream(bytes)) {
            to.writeObject(new byte[] {1, 2, 3});
        }
        byte[] stream = bytes.toByteArray();
        stream[stream.length - 7] = 0x7f; // The first byte of the array's length.
        MessageFormatException refused =
                assertThrows(
                        MessageFormatException.class,
                        () -> SerializedObject.read(stream, TrustedClasses.SIMPLE_VALUES, null));
        assertEquals("INVALID_OBJECT", refused.getErrorCode());
    }

    @Test
    void garbageIsAFormatError() {
        byte[] garbage = "no object".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "INVALID_OBJECT",
                assertThrows(
                                MessageFormatException.class,
                                () ->
                                        SerializedObject.read(
                                                garbage, TrustedClasses.SIMPLE_VALUES, null))
                        .getErrorCode());
    }
}
