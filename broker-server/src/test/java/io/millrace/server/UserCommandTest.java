package io.millrace.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.users.PasswordHash;
import io.millrace.server.users.UserFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code millrace user}, with passwords from the standard input. */
class UserCommandTest {

    @TempDir Path directory = Path.of("");

    private String output = "";

    private int millrace(String input, String... arguments) {
        InputStream inBefore = System.in;
        PrintStream outBefore = System.out;
        PrintStream errorsBefore = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        System.setOut(to);
        System.setErr(to);
        try {
            return new CommandLine(new Main()).execute(arguments);
        } finally {
            System.setIn(inBefore);
            System.setOut(outBefore);
            System.setErr(errorsBefore);
            output = printed.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void addsListsAndRemoves() throws Exception {
        Path data = directory.resolve("new");
        String in = data.toString();
        assertEquals(0, millrace("pass word\n", "user", "add", "alice", "--data", in), output);
        assertEquals(0, millrace("other", "user", "add", "--data", in, "bob"), output);
        UserFile file = new UserFile(data.resolve("users"));
        PasswordHash alice = Objects.requireNonNull(file.read().get("alice"));
        assertTrue(alice.matches("pass word".toCharArray()));
        assertFalse(alice.matches("other".toCharArray()));
        if (Files.getFileStore(data).supportsFileAttributeView("posix")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())));
        }
        assertEquals(0, millrace("", "user", "list", "--users", file.path().toString()), output);
        assertEquals("alice\nbob\n", output.replace("\r\n", "\n"));
        assertEquals(0, millrace("", "user", "remove", "alice", "--data", in), output);
        assertEquals(1, millrace("", "user", "remove", "alice", "--data", in));
        assertTrue(output.contains("'alice'"), output);
    }

    @Test
    void mistakesAreNamed() {
        String in = directory.toString();
        assertEquals(1, millrace("\n", "user", "add", "alice", "--data", in));
        assertTrue(output.contains("it is empty"), output);
        assertEquals(1, millrace("secret\n", "user", "add", "a:b", "--data", in));
        assertTrue(output.contains("'a:b'"), output);
        assertEquals(2, millrace("secret\n", "user", "add", "alice"));
        assertTrue(output.contains("--data"), output);
        assertEquals(2, millrace("", "user"));
        assertEquals(0, millrace("", "user", "list", "--data", in));
        assertEquals("", output);
    }
}
