package io.millrace.tck.joram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import junit.framework.TestSuite;
import org.junit.jupiter.api.Test;
import org.objectweb.jtests.jms.admin.Admin;

/** The suite is whole: what is not there cannot fail. */
class SuiteSizeIT {

    private static final int CLASSES = 18;
    private static final int TESTS = 196;

    /** The classes that the executions of {@code pom.xml} include. */
    private static List<String> testClasses(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.matches("org/objectweb/jtests/jms/conform/.*Test\\.class"))
                    .map(name -> name.replace('/', '.').replaceFirst("\\.class$", ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void has196Tests() throws Exception {
        Path jar = Path.of(Admin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> names = testClasses(jar);
        int tests = 0;
        for (String name : names) {
            tests += new TestSuite(Class.forName(name)).countTestCases();
        }
        assertEquals(CLASSES, names.size(), names::toString);
        assertEquals(TESTS, tests);
    }
}
