package io.millrace.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Objects to bytes and back, by Java's serialization. Back only in the application, and only
 * classes that are trusted: a name that is not is refused before the class is loaded.
 */
final class SerializedObject {

    /** An object that is nested deeper would come near to the end of a thread's stack. */
    private static final long MAX_DEPTH = 200;

    /** Most objects, repeated ones included, in one message. */
    private static final long MAX_REFERENCES = 1_000_000;

    /**
     * An array has at most this many elements for each byte of the message: a hash table that is
     * read is allocated larger than what it holds.
     */
    private static final int ELEMENTS_PER_BYTE = 8;

    private SerializedObject() {}

    /**
     * The bytes of an object.
     *
     * @throws MessageFormatException if it, or something that it refers to, is not serializable
     */
    static byte[] bytesOf(Serializable object) throws JMSException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream to = new ObjectOutputStream(bytes)) {
            to.writeObject(object);
        } catch (IOException | StackOverflowError e) {
            throw refused(
                    "Expected an object that can be serialized, but "
                            + object.getClass().getName()
                            + " cannot: "
                            + e,
                    "NOT_SERIALIZABLE",
                    e);
        }
        return bytes.toByteArray();
    }

    /**
     * A new object from bytes.
     *
     * @param trusted null for bytes that this application made itself
     * @param provided asked for a class that the thread's context class loader does not know
     * @throws MessageFormatException if a class is not trusted or not known, the object exceeds the
     *     limits, or its own code fails
     */
    static Object read(
            byte[] bytes, @Nullable TrustedClasses trusted, @Nullable ClassLoader provided)
            throws JMSException {
        try (Input from = new Input(new ByteArrayInputStream(bytes), trusted, provided)) {
            if (trusted != null) {
                from.setObjectInputFilter(limits(trusted, bytes.length));
            }
            return from.readObject();
        } catch (NotTrustedException e) {
            throw refused(String.valueOf(e.getMessage()), "CLASS_NOT_TRUSTED", e);
        } catch (InvalidClassException e) {
            throw refused(
                    "Expected an object that is nested at most "
                            + MAX_DEPTH
                            + " deep, of at most "
                            + MAX_REFERENCES
                            + " parts and of classes as they are here, but it is not: "
                            + e.getMessage(),
                    "INVALID_OBJECT",
                    e);
        } catch (ClassNotFoundException e) {
            throw refused(
                    "Expected the application to have the class "
                            + e.getMessage()
                            + " of a received object, but neither the thread's context class loader"
                            + " nor the provider's finds it",
                    "CLASS_NOT_FOUND",
                    e);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw refused(
                    "Expected an object that can be deserialized, but it cannot: " + e,
                    "INVALID_OBJECT",
                    e);
        }
    }

    private static MessageFormatException refused(String message, String code, Throwable cause) {
        MessageFormatException error = new MessageFormatException(message, code);
        if (cause instanceof Exception exception) {
            error.setLinkedException(exception);
        }
        error.initCause(cause);
        return error;
    }

    private static ObjectInputFilter limits(TrustedClasses trusted, int byteCount) {
        ObjectInputFilter process = ObjectInputFilter.Config.getSerialFilter();
        return info -> {
            // The filter of the process, where there is one, is not weakened by ours.
            if (process != null && process.checkInput(info) == ObjectInputFilter.Status.REJECTED) {
                return ObjectInputFilter.Status.REJECTED;
            }
            if (info.depth() > MAX_DEPTH
                    || info.references() > MAX_REFERENCES
                    || info.arrayLength() / ELEMENTS_PER_BYTE > byteCount) {
                return ObjectInputFilter.Status.REJECTED;
            }
            Class<?> type = info.serialClass();
            if (type == null) {
                return ObjectInputFilter.Status.UNDECIDED;
            }
            while (type.isArray()) {
                type = type.getComponentType();
            }
            // A dynamic proxy is checked by its interfaces and its handler, as they are resolved.
            return type.isPrimitive() || Proxy.isProxyClass(type) || trusted.trusts(type.getName())
                    ? ObjectInputFilter.Status.ALLOWED
                    : ObjectInputFilter.Status.REJECTED;
        };
    }

    /** A class whose name is not on the list. */
    private static final class NotTrustedException extends InvalidClassException {

        private static final long serialVersionUID = 1L;

        NotTrustedException(String className, String toTrust) {
            super(
                    "Expected an object of trusted classes only, but the message holds a "
                            + className
                            + "; if its senders are trusted, allow it with the option ?trustedPackages="
                            + toTrust
                            + " of the URI, or with MillraceConnectionFactory.setTrustedPackages");
        }
    }

    /** Finds classes where the application has them, once it is known that they are trusted. */
    private static final class Input extends ObjectInputStream {

        private final @Nullable TrustedClasses trusted;
        private final @Nullable ClassLoader provided;

        Input(InputStream from, @Nullable TrustedClasses trusted, @Nullable ClassLoader provided)
                throws IOException {
            super(from);
            this.trusted = trusted;
            this.provided = provided;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description)
                throws IOException, ClassNotFoundException {
            String name = description.getName();
            requireTrusted(name);
            Class<?> found = find(name);
            // The stream itself knows primitive types, and the nearest loader of the application.
            return found == null ? super.resolveClass(description) : found;
        }

        @Override
        protected Class<?> resolveProxyClass(String[] names)
                throws IOException, ClassNotFoundException {
            Class<?>[] interfaces = new Class<?>[names.length];
            for (int index = 0; index < names.length; index++) {
                requireTrusted(names[index]);
                Class<?> found = find(names[index]);
                if (found == null) {
                    throw new ClassNotFoundException(names[index]);
                }
                interfaces[index] = found;
            }
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            try {
                return Proxy.newProxyInstance(
                                context, interfaces, (self, method, arguments) -> null)
                        .getClass();
            } catch (IllegalArgumentException e) {
                throw new ClassNotFoundException("a proxy of " + String.join(", ", names), e);
            }
        }

        private void requireTrusted(String name) throws NotTrustedException {
            if (trusted == null) {
                return;
            }
            String element = elementOf(name);
            if (!element.isEmpty() && !trusted.trusts(element)) {
                int dot = element.lastIndexOf('.');
                throw new NotTrustedException(
                        element, dot < 0 ? element : element.substring(0, dot));
            }
        }

        /** What an array is of; empty for a primitive type. */
        private static String elementOf(String name) {
            if (!name.startsWith("[")) {
                return name;
            }
            String element = name.substring(name.lastIndexOf('[') + 1);
            return element.startsWith("L") && element.endsWith(";")
                    ? element.substring(1, element.length() - 1)
                    : "";
        }

        private @Nullable Class<?> find(String name) {
            Class<?> found = load(name, Thread.currentThread().getContextClassLoader());
            return found == null ? load(name, provided) : found;
        }

        private static @Nullable Class<?> load(String name, @Nullable ClassLoader from) {
            if (from == null) {
                return null;
            }
            try {
                return Class.forName(name, false, from);
            } catch (ClassNotFoundException e) {
                return null; // The next loader may know it.
            }
        }
    }
}
