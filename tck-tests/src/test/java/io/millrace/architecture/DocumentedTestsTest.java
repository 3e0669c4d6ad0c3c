package io.millrace.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The table of {@code docs/JMS.md}: no paragraph is missing, and each test that it names exists.
 */
class DocumentedTestsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /**
     * How many sections the chapters of the specification have, and those with parts of their own.
     */
    private static final Map<String, Integer> SECTIONS =
            Map.ofEntries(
                    Map.entry("2", 16),
                    Map.entry("3.4", 13),
                    Map.entry("3.5", 11),
                    Map.entry("3.8.1", 3),
                    Map.entry("3.11", 4),
                    Map.entry("4.1", 8),
                    Map.entry("4.2", 11),
                    Map.entry("5", 3),
                    Map.entry("6", 2),
                    Map.entry("6.1", 8),
                    Map.entry("6.2", 15),
                    Map.entry("7", 10),
                    Map.entry("7.3", 9),
                    Map.entry("8", 8),
                    Map.entry("8.3", 4),
                    Map.entry("9", 2),
                    Map.entry("10", 3),
                    Map.entry("11", 4),
                    Map.entry("11.2", 7),
                    Map.entry("11.3", 5),
                    Map.entry("12", 4),
                    Map.entry("13", 1));

    private static final Pattern SECTION = Pattern.compile("\\d+(\\.\\d+)*");
    private static final Pattern REFERENCE = Pattern.compile("`([\\w.]+)#(\\w+)`");

    private static final Pattern ANNOTATION =
            Pattern.compile(
                    " {4}@(Test|ParameterizedTest|RepeatedTest|OverEachUri|Property|Example)\\b.*");

    private static final Pattern METHOD = Pattern.compile(" {4}(?:public )?void (\\w+)\\(.*");

    private static final List<Row> ROWS = new ArrayList<>();
    private static String text = "";

    /** A row of one of the tables. */
    private record Row(String section, String what, String here, String tests) {

        boolean isSupported() {
            return here.equals("yes");
        }
    }

    @BeforeAll
    static void read() throws IOException {
        text = Files.readString(ROOT.resolve("docs/JMS.md"));
        ROWS.clear();
        for (String line : text.lines().toList()) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == 6 && SECTION.matcher(cells[1].strip()).matches()) {
                ROWS.add(
                        new Row(
                                cells[1].strip(),
                                cells[2].strip(),
                                cells[3].strip(),
                                cells[4].strip()));
            }
        }
    }

    /** The names of the test methods of a class, by its name as the document has it. */
    private static Set<String> testsOf(String name) throws IOException {
        Set<String> methods = new TreeSet<>();
        for (String full : List.of("io.millrace.tck." + name, "io.millrace." + name)) {
            String file = "src/test/java/" + full.replace('.', '/') + ".java";
            try (Stream<Path> modules = Files.list(ROOT)) {
                for (Path module : modules.toList()) {
                    Path source = module.resolve(file);
                    if (methods.isEmpty() && Files.exists(source)) {
                        addTests(Files.readAllLines(source), methods);
                    }
                }
            }
        }
        return methods;
    }

    /**
     * The formatter sees to it that members are indented by four, and end with a brace of theirs.
     */
    private static void addTests(List<String> lines, Set<String> methods) {
        boolean annotated = false;
        for (String line : lines) {
            Matcher method = METHOD.matcher(line);
            if (ANNOTATION.matcher(line).matches()) {
                annotated = true;
            } else if (line.equals("    }")) {
                annotated = false;
            } else if (annotated && method.matches()) {
                methods.add(method.group(1));
            }
        }
    }

    @Test
    void eachTestThatIsNamedExists() throws IOException {
        Map<String, Set<String>> testsByClass = new HashMap<>();
        Set<String> missing = new TreeSet<>();
        Matcher matcher = REFERENCE.matcher(text);
        int named = 0;
        while (matcher.find()) {
            named++;
            String name = matcher.group(1);
            if (!testsByClass.containsKey(name)) {
                testsByClass.put(name, testsOf(name));
            }
            if (!testsByClass.get(name).contains(matcher.group(2))) {
                missing.add(matcher.group());
            }
        }
        assertTrue(named > 150, named + " tests are named");
        assertEquals(Set.of(), missing);
    }

    @Test
    void eachParagraphHasARow() {
        Set<String> missing = new LinkedHashSet<>();
        Set<String> sections = new TreeSet<>();
        ROWS.forEach(row -> sections.add(row.section));
        SECTIONS.forEach(
                (chapter, count) -> {
                    for (int number = 1; number <= count; number++) {
                        String section = chapter + "." + number;
                        if (!sections.contains(section) && !SECTIONS.containsKey(section)) {
                            missing.add(section);
                        }
                    }
                });
        assertEquals(Set.of(), missing);
    }

    @Test
    void eachRowSaysYesWithATestOrElseWhyNot() {
        for (Row row : ROWS) {
            String problem = "row " + row.section;
            if (row.isSupported()) {
                assertTrue(REFERENCE.matcher(row.tests).find(), problem + " names no test");
            } else {
                assertTrue(
                        row.here.equals("–") || row.here.matches("(?:no|partly): .{5,}"),
                        problem + " says '" + row.here + "'");
            }
            assertTrue(row.what.length() > 3, problem + " says nothing");
        }
    }

    @Test
    void anAbsentTestWouldBeNoticed() throws IOException {
        assertEquals(Set.of(), testsOf("NoSuchTest"));
        assertTrue(testsOf("SendingTest").contains("completionListenerMayBeSlow"));
        assertTrue(testsOf("jms.message.ConversionTableTest").contains("readsTrueInAnyCase"));
        assertTrue(!testsOf("SendingTest").contains("closeInCompletion"), "a helper is no test");
    }
}
