package io.millrace.jms.jndi;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One level of names: objects, and directories below it. Thread-safe. */
final class Directory {

    private final Map<String, Object> objectsByName = new ConcurrentSkipListMap<>();
    private final @Nullable Function<String, Object> maker;

    /**
     * @param maker makes what is asked for under a name that is not bound; null if there is nothing
     */
    Directory(@Nullable Function<String, Object> maker) {
        this.maker = maker;
    }

    @Nullable Object get(String name) {
        return objectsByName.get(name);
    }

    /** What can be made for the rest of a path that is not bound; null if nothing. */
    @Nullable Object make(String rest) {
        Function<String, Object> known = maker;
        return known == null ? null : known.apply(rest);
    }

    void put(String name, Object object) {
        objectsByName.put(name, object);
    }

    /** Binds a name that is free. False if it is not. */
    boolean putIfFree(String name, Object object) {
        return objectsByName.putIfAbsent(name, object) == null;
    }

    void remove(String name) {
        objectsByName.remove(name);
    }

    boolean isEmpty() {
        return objectsByName.isEmpty();
    }

    /** What is bound now, in the order of the names. */
    Map<String, Object> copy() {
        return new TreeMap<>(objectsByName);
    }
}
