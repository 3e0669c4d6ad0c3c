package io.millrace.server.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in the users of a file; everybody while there is no such file. A change of the file counts
 * from the next connection on.
 *
 * <p>Hashing takes long on purpose, so a thread of its own does it; which password a user had the
 * last time is remembered as a keyed digest, so that a client that comes back need not wait.
 */
public final class FileAuthenticator implements Authenticator {

    private static final Logger LOG = LoggerFactory.getLogger(FileAuthenticator.class);

    private static final int MAX_WAITING = 1_024;
    private static final int MAX_REMEMBERED = 10_000;
    private static final String MAC = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    /** The same for a wrong name and a wrong password, so that names cannot be found out. */
    private static final String WRONG =
            "Expected the name and the password of a user of this broker, but one of them is wrong";

    private final UserFile file;
    private final ThreadPoolExecutor hashing;

    // Guarded by this.
    private byte @Nullable [] key;
    private Map<String, PasswordHash> hashesByName = Map.of();
    private final Map<String, String> digestsByName = new LinkedHashMap<>();
    private @Nullable Version read;

    /** What tells that a file was replaced or written. */
    private record Version(long modifiedMillis, long size, @Nullable Object fileKey) {}

    public FileAuthenticator(UserFile file) {
        this.file = file;
        hashing =
                new ThreadPoolExecutor(
                        1,
                        1,
                        5,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(MAX_WAITING),
                        task -> {
                            Thread thread = new Thread(task, "millrace-passwords");
                            thread.setDaemon(true);
                            return thread;
                        });
        hashing.allowCoreThreadTimeOut(true);
    }

    @Override
    public void check(
            @Nullable String user, @Nullable String password, Consumer<@Nullable String> answer) {
        PasswordHash hash;
        try {
            if (!file.exists()) {
                answer.accept(null);
                return;
            }
            if (user == null || password == null) {
                answer.accept(
                        "Expected a user and a password, because this broker has users, but the"
                                + " client is anonymous");
                return;
            }
            hash = hashOf(user);
        } catch (IOException e) {
            LOG.error("nobody can connect: the users cannot be read", e);
            answer.accept("Expected a broker that can read its users, but it cannot");
            return;
        }
        if (hash != null && isRemembered(user, password, hash)) {
            answer.accept(null);
            return;
        }
        try {
            hashing.execute(() -> answer.accept(verify(user, password, hash)));
        } catch (RejectedExecutionException e) {
            answer.accept(
                    "Expected fewer than "
                            + MAX_WAITING
                            + " clients that wait for their passwords to be checked; try again");
        }
    }

    private @Nullable String verify(String user, String password, @Nullable PasswordHash hash) {
        // A user that does not exist costs as much.
        PasswordHash checked = hash == null ? Nobody.HASH : hash;
        boolean right = checked.matches(password.toCharArray()) && hash != null;
        if (right) {
            remember(user, password, checked);
            return null;
        }
        LOG.warn("user '{}' was not let in", printable(user));
        return WRONG;
    }

    /** A password that nobody has. Made when first needed. */
    private static final class Nobody {
        static final PasswordHash HASH =
                PasswordHash.of(new char[] {'n'}, PasswordHash.DEFAULT_ITERATIONS);
    }

    /** For the log: without line breaks, and no longer than a name can be. */
    private static String printable(String user) {
        String plain = user.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 128 ? plain.substring(0, 128) : plain;
    }

    private synchronized @Nullable PasswordHash hashOf(String user) throws IOException {
        BasicFileAttributes now = Files.readAttributes(file.path(), BasicFileAttributes.class);
        Version version = new Version(now.lastModifiedTime().toMillis(), now.size(), now.fileKey());
        if (!version.equals(read)) {
            hashesByName = file.read();
            digestsByName.clear();
            read = version;
        }
        return hashesByName.get(user);
    }

    private synchronized boolean isRemembered(String user, String password, PasswordHash hash) {
        String known = digestsByName.get(user);
        return known != null && known.equals(digest(password, hash));
    }

    private synchronized void remember(String user, String password, PasswordHash hash) {
        if (digestsByName.size() < MAX_REMEMBERED && hash.equals(hashesByName.get(user))) {
            digestsByName.put(user, digest(password, hash));
        }
    }

    private String digest(String password, PasswordHash hash) {
        if (key == null) {
            key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
        }
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            byte[] text = (hash + "\0" + password).getBytes(StandardCharsets.UTF_8);
            return Base64.getEncoder().encodeToString(mac.doFinal(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Expected a Java that has " + MAC, e);
        }
    }

    @Override
    public void close() {
        hashing.shutdownNow();
    }
}
