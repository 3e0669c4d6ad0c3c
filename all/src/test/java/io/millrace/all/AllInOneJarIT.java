package io.millrace.all;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.ConnectionFactory;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The jar does everything with nothing but the two APIs beside it, and hides what it brings. */
class AllInOneJarIT {

    private static final long END_SECONDS = 30;
    private static final String JAR = System.getProperty("millrace.all.jar", "");

    @TempDir Path directory;

    @Test
    void sendsAndReceivesInMemory() throws Exception {
        assertEquals("one espresso", roundTrip("millrace:mem:all"));
    }

    @Test
    void sendsAndReceivesOnDisk() throws Exception {
        assertEquals("one espresso", roundTrip("millrace:file:" + directory.resolve("data")));
    }

    @Test
    void runsABrokerOnTheNetwork() throws Exception {
        Process broker =
                java(
                        List.of(
                                "io.millrace.server.Main",
                                "broker",
                                "--data",
                                directory.resolve("data").toString(),
                                "--port",
                                "0"));
        try (BufferedReader printed = reader(broker)) {
            String ready = printed.readLine();
            assertTrue(ready != null && ready.startsWith("Millrace broker ready"), ready);
            String port = ready.replaceFirst(".*:(\\d+).*", "$1");
            assertEquals("one espresso", roundTrip("millrace://127.0.0.1:" + port));
        } finally {
            broker.destroy();
            assertTrue(broker.waitFor(END_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void showsNoPackageButItsOwn() throws Exception {
        TreeSet<String> foreign = new TreeSet<>();
        try (JarFile jar = new JarFile(JAR)) {
            jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.startsWith("io/millrace/"))
                    .forEach(foreign::add);
            assertTrue(jar.getEntry("META-INF/services/io.millrace.wire.EmbeddedBrokers") != null);
        }
        assertEquals(new TreeSet<>(), foreign);
    }

    @Test
    void saysUnderWhichLicenseEachLibraryIs() throws Exception {
        Pattern library = Pattern.compile("io/millrace/shaded/(\\w+)/.*");
        try (JarFile jar = new JarFile(JAR)) {
            assertTrue(jar.getEntry("META-INF/LICENSE") != null);
            JarEntry entry = jar.getJarEntry("META-INF/THIRD-PARTY-NOTICES.txt");
            String notices =
                    new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
            TreeSet<String> unnamed = new TreeSet<>();
            jar.stream()
                    .map(each -> library.matcher(each.getName()))
                    .filter(Matcher::matches)
                    .map(each -> "io.millrace.shaded." + each.group(1))
                    .filter(name -> !notices.contains(name))
                    .forEach(unnamed::add);
            assertEquals(new TreeSet<>(), unnamed);
        }
    }

    private static String roundTrip(String uri) throws Exception {
        Process process = java(List.of(RoundTrip.class.getName(), uri));
        try (BufferedReader printed = reader(process)) {
            List<String> lines = printed.lines().toList();
            assertTrue(process.waitFor(END_SECONDS, TimeUnit.SECONDS));
            return String.join("\n", lines);
        }
    }

    private static Process java(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(
                String.join(
                        File.pathSeparator,
                        JAR,
                        placeOf(ConnectionFactory.class),
                        placeOf(LoggerFactory.class),
                        placeOf(RoundTrip.class)));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static BufferedReader reader(Process process) throws IOException {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String placeOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }
}
