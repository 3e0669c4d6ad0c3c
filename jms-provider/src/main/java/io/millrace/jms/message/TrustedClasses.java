package io.millrace.jms.message;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Which classes the object of a received ObjectMessage may consist of. Immutable.
 *
 * <p>Always trusted are simple values of the JDK: numbers, texts, enums' base class, exceptions of
 * {@code java.lang}, collections of {@code java.util}, {@code java.util.concurrent} and below it,
 * {@code java.math}, {@code java.time}, and arrays of what is trusted. Nothing else is, unless it
 * was named.
 */
public final class TrustedClasses {

    /** Trusts no package but those of the JDK that are always trusted. */
    public static final TrustedClasses SIMPLE_VALUES = new TrustedClasses(List.of());

    private static final String ALL = "*";

    /** Packages of which every class is trusted, in all their nested classes. */
    private static final Set<String> VALUE_PACKAGES =
            Set.of(
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    // A ConcurrentHashMap names them in its serialized form.
                    "java.util.concurrent.locks",
                    "java.math",
                    "java.time",
                    "java.time.chrono",
                    "java.time.temporal",
                    "java.time.zone");

    /** Of java.lang only these: it also has what makes classes and calls methods. */
    private static final Set<String> LANGUAGE_CLASSES =
            Set.of(
                    "Boolean",
                    "Byte",
                    "Character",
                    "Double",
                    "Enum",
                    "Float",
                    "Integer",
                    "Long",
                    "Number",
                    "Object",
                    "Record",
                    "Short",
                    "StackTraceElement",
                    "String",
                    "StringBuffer",
                    "StringBuilder",
                    "Throwable");

    private static final String LANGUAGE = "java.lang";

    private final List<String> names;

    private TrustedClasses(List<String> names) {
        this.names = names;
    }

    /**
     * Trusts more.
     *
     * @param names each a package, trusted with all packages below it, or a class, or {@code *} for
     *     all there are
     * @throws IllegalArgumentException if one is none of these
     */
    public static TrustedClasses of(Collection<String> names) {
        for (String name : names) {
            if (!name.equals(ALL) && !isQualifiedName(name)) {
                throw new IllegalArgumentException(
                        "Expected packages or classes to trust, as com.example.orders, or * for all,"
                                + " but one is '"
                                + name
                                + "'");
            }
        }
        return new TrustedClasses(List.copyOf(names));
    }

    /** The same from a list with commas, as an option of the URI has it. */
    public static TrustedClasses parse(String commaSeparated) {
        return of(Arrays.stream(commaSeparated.split(",", -1)).map(String::strip).toList());
    }

    private static boolean isQualifiedName(String name) {
        return Arrays.stream(name.split("\\.", -1))
                .allMatch(
                        part ->
                                !part.isEmpty()
                                        && Character.isJavaIdentifierStart(part.charAt(0))
                                        && part.chars().allMatch(Character::isJavaIdentifierPart));
    }

    /** What was named, in this order. */
    public List<String> names() {
        return names;
    }

    /**
     * Whether a class is trusted.
     *
     * @param className as {@link Class#getName} has it, of no array
     */
    boolean trusts(String className) {
        String packageName = packageOf(className);
        if (VALUE_PACKAGES.contains(packageName)) {
            return true;
        }
        if (packageName.equals(LANGUAGE)) {
            String simple = className.substring(LANGUAGE.length() + 1);
            if (LANGUAGE_CLASSES.contains(simple)
                    || simple.endsWith("Exception")
                    || simple.endsWith("Error")) {
                return true;
            }
        }
        // What a dynamic proxy extends: its interfaces and its handler have to be trusted as well.
        if (className.equals("java.lang.reflect.Proxy")) {
            return true;
        }
        for (String name : names) {
            if (name.equals(ALL)
                    || className.equals(name)
                    || className.startsWith(name + ".")
                    || className.startsWith(name + "$")) {
                return true;
            }
        }
        return false;
    }

    private static String packageOf(String className) {
        int dot = className.lastIndexOf('.');
        return dot < 0 ? "" : className.substring(0, dot);
    }
}
