package io.millrace.server.users;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a password: PBKDF2 with HMAC-SHA-256, a random salt, and as many iterations as
 * the line says, so that later ones can be stronger. Immutable.
 *
 * <pre>
 * $pbkdf2-sha256$600000$SALT$HASH      salt of 16 bytes and hash of 32 in Base64
 * </pre>
 */
public final class PasswordHash {

    /** A few hundred milliseconds of one core: what a guess costs, too. */
    public static final int DEFAULT_ITERATIONS = 600_000;

    private static final int MAX_ITERATIONS = 10_000_000;
    private static final String ALGORITHM = "PBKDF2WithHmacSHA256";
    private static final String NAME = "pbkdf2-sha256";
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** Hashes a password with a new salt. */
    public static PasswordHash of(char[] password, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(iterations, salt, derived(password, salt, iterations));
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static PasswordHash parse(String text) {
        String[] parts = text.split("\\$", -1);
        if (parts.length == 5 && parts[0].isEmpty() && parts[1].equals(NAME)) {
            int iterations = Integer.parseInt(parts[2]);
            byte[] salt = Base64.getDecoder().decode(parts[3]);
            byte[] hash = Base64.getDecoder().decode(parts[4]);
            if (iterations > 0
                    && iterations <= MAX_ITERATIONS
                    && salt.length > 0
                    && hash.length == HASH_BYTES) {
                return new PasswordHash(iterations, salt, hash);
            }
        }
        throw new IllegalArgumentException(
                "Expected a hashed password as $"
                        + NAME
                        + "$iterations$salt$hash, but it is something else");
    }

    /** Whether this is the password; takes as long if it is not. */
    public boolean matches(char[] password) {
        return MessageDigest.isEqual(hash, derived(password, salt, iterations));
    }

    private static byte[] derived(char[] password, byte[] salt, int iterations) {
        // The JDK refuses an empty key; no password is empty, and none is this.
        char[] key = password.length == 0 ? new char[] {'\0'} : password.clone();
        PBEKeySpec specification = new PBEKeySpec(key, salt, iterations, HASH_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance(ALGORITHM)
                    .generateSecret(specification)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Expected a Java that has " + ALGORITHM, e);
        } finally {
            specification.clearPassword();
            Arrays.fill(key, '\0');
        }
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "$"
                + NAME
                + "$"
                + iterations
                + "$"
                + base64.encodeToString(salt)
                + "$"
                + base64.encodeToString(hash);
    }
}
