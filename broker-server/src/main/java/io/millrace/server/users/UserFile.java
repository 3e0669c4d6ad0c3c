package io.millrace.server.users;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The users of a broker, one a line: {@code name:} and a {@link PasswordHash}. Empty lines and
 * lines that begin with # are left out. Written as a whole, readable by its owner only.
 */
public final class UserFile {

    /** Its name in a broker's data directory. */
    public static final String NAME = "users";

    private static final int MAX_NAME_CHARACTERS = 128;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final Path path;

    public UserFile(Path path) {
        this.path = path;
    }

    public Path path() {
        return path;
    }

    /** Whether there is one: without it the broker has no users. */
    public boolean exists() {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * All users, by name.
     *
     * @throws IOException if the file cannot be read, or a line is none; names its number
     */
    public Map<String, PasswordHash> read() throws IOException {
        Map<String, PasswordHash> hashesByName = new TreeMap<>();
        int number = 0;
        for (String line : Files.readAllLines(path)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            try {
                checkName(colon < 0 ? "" : line.substring(0, colon));
                hashesByName.put(
                        line.substring(0, colon), PasswordHash.parse(line.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw new IOException("line " + number + " of " + path + ": " + e.getMessage(), e);
            }
        }
        return hashesByName;
    }

    /**
     * Adds a user, or gives an existing one another password.
     *
     * @throws IllegalArgumentException if the name is empty, longer than 128 characters, or has a
     *     colon or control characters, or begins with #
     */
    public void put(String name, PasswordHash password) throws IOException {
        checkName(name);
        Map<String, PasswordHash> users = exists() ? read() : new TreeMap<>();
        users.put(name, password);
        write(users);
    }

    /** Removes a user. False if there is none of this name. */
    public boolean remove(String name) throws IOException {
        Map<String, PasswordHash> users = exists() ? read() : new TreeMap<>();
        if (users.remove(name) == null) {
            return false;
        }
        // Also if it was the last: from then on nobody is let in, and not everybody.
        write(users);
        return true;
    }

    private static void checkName(String name) {
        if (name.isEmpty()
                || name.length() > MAX_NAME_CHARACTERS
                || name.startsWith("#")
                || name.chars().anyMatch(each -> each == ':' || Character.isISOControl(each))) {
            throw new IllegalArgumentException(
                    "Expected a user name of 1 to "
                            + MAX_NAME_CHARACTERS
                            + " characters without colon and control characters that does not begin"
                            + " with #, but it is '"
                            + name
                            + "'");
        }
    }

    private void write(Map<String, PasswordHash> users) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# Users of this broker. Change it with: millrace user add|remove NAME");
        users.forEach((name, hash) -> lines.add(name + ":" + hash));
        Path directory = path.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        boolean posix = Files.getFileStore(directory).supportsFileAttributeView("posix");
        FileAttribute<?>[] attributes =
                posix
                        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                        : new FileAttribute<?>[0];
        Path fresh = Files.createTempFile(directory, NAME, ".tmp", attributes);
        try {
            Files.write(fresh, lines);
            Files.move(
                    fresh,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
