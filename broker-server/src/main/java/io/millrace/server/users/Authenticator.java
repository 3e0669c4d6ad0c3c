package io.millrace.server.users;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides who may connect. Thread-safe. */
public interface Authenticator extends AutoCloseable {

    /**
     * Looks at what a client says of itself.
     *
     * @param user null for an anonymous client; it has no password then
     * @param answer gets null if the client is welcome, or what to tell it; called once, at once or
     *     later by another thread
     */
    void check(@Nullable String user, @Nullable String password, Consumer<@Nullable String> answer);

    /** Nobody is asked any more. */
    @Override
    void close();

    /** Lets everybody in. */
    static Authenticator everybody() {
        return new Authenticator() {
            @Override
            public void check(
                    @Nullable String user,
                    @Nullable String password,
                    Consumer<@Nullable String> answer) {
                answer.accept(null);
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }
}
