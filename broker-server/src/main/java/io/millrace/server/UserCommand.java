package io.millrace.server;

import io.millrace.server.users.PasswordHash;
import io.millrace.server.users.UserFile;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace user}: who may connect. A running broker takes changes up by itself. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description =
                "Users of a broker. Without any, everybody may connect; with one, only users.")
final class UserCommand implements Callable<Integer> {

    private static final int FAILURE = 1;
    private static final int USAGE_ERROR = 2;

    /** Where the users are. */
    static final class Where {

        @CommandLine.ArgGroup(multiplicity = "1")
        Place place = new Place();

        /** One of the two. */
        static final class Place {

            @Option(
                    names = "--data",
                    paramLabel = "DIR",
                    description = "Data directory of the broker; the file in it is 'users'.")
            @Nullable Path data;

            @Option(names = "--users", paramLabel = "FILE", description = "The file itself.")
            @Nullable Path users;
        }

        UserFile file() {
            Path directory = place.data;
            Path users = place.users;
            return new UserFile(
                    users == null && directory != null
                            ? directory.resolve(UserFile.NAME)
                            : Path.of("" + users));
        }
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, System.err);
        return USAGE_ERROR;
    }

    private static int failed(Exception e) {
        System.err.println("millrace: " + e.getMessage());
        return FAILURE;
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Adds a user, or changes the password of one.",
                "The password is asked for, or read as one line from the standard input."
            })
    int add(@CommandLine.Mixin Where where, @Parameters(paramLabel = "NAME") String name) {
        try {
            char[] password = readPassword();
            where.file().put(name, PasswordHash.of(password, PasswordHash.DEFAULT_ITERATIONS));
            Arrays.fill(password, '\0');
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            return failed(e);
        }
    }

    private static char[] readPassword() throws IOException {
        Console console = System.console();
        char[] password;
        if (console == null) {
            BufferedReader input =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String line = input.readLine();
            password = line == null ? new char[0] : line.toCharArray();
        } else {
            password = console.readPassword("Password: ");
            char[] again = console.readPassword("Again: ");
            if (!Arrays.equals(password, again)) {
                throw new IllegalArgumentException(
                        "Expected the same password twice, but they differ");
            }
        }
        if (password == null || password.length == 0) {
            throw new IllegalArgumentException("Expected a password, but it is empty");
        }
        return password;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Removes a user. After the last one nobody may connect.")
    int remove(@CommandLine.Mixin Where where, @Parameters(paramLabel = "NAME") String name) {
        try {
            if (where.file().remove(name)) {
                return 0;
            }
            throw new IllegalArgumentException(
                    "Expected '" + name + "' to be a user, but there is none of this name");
        } catch (IOException | IllegalArgumentException e) {
            return failed(e);
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Prints the names of all users.")
    int list(@CommandLine.Mixin Where where) {
        try {
            if (where.file().exists()) {
                where.file().read().keySet().forEach(System.out::println);
            }
            return 0;
        } catch (IOException e) {
            return failed(e);
        }
    }
}
