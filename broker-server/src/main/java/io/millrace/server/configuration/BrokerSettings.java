package io.millrace.server.configuration;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys and values of a broker's configuration, checked. */
public final class BrokerSettings {

    private final Values common = new Values(null);
    private final Map<String, Values> valuesByDestination = new TreeMap<>();

    /** What was said, and what counts where nothing was. */
    public static final class Values {

        private final Map<BrokerKey, String> own = new EnumMap<>(BrokerKey.class);
        private final @Nullable Values others;

        private Values(@Nullable Values others) {
            this.others = others;
        }

        /** A number. */
        public long number(BrokerKey key) {
            return Long.parseLong(String.valueOf(text(key)));
        }

        /** A number with a fraction. */
        public double decimal(BrokerKey key) {
            return Double.parseDouble(String.valueOf(text(key)));
        }

        /** As it was written; null if nothing was, and there is no default. */
        public @Nullable String text(BrokerKey key) {
            String value = own.get(key);
            if (value != null) {
                return value;
            }
            return others == null ? key.standard() : others.text(key);
        }
    }

    private BrokerSettings() {}

    /**
     * Checks keys and values.
     *
     * @param embedded whether they are for a broker inside an application
     * @throws IllegalArgumentException for an unknown key or an impossible value; says which is
     *     meant or possible
     */
    public static BrokerSettings of(Map<String, String> values, boolean embedded) {
        BrokerSettings settings = new BrokerSettings();
        new TreeMap<>(values).forEach((key, value) -> settings.put(key, value.strip(), embedded));
        return settings;
    }

    private void put(String written, String value, boolean embedded) {
        refuseKeyOfBroker(written);
        for (BrokerKey key : BrokerKey.values()) {
            String ending = "." + key.destinationKey();
            if (written.equals(key.key())) {
                if (embedded && key.isOfCommand()) {
                    throw new IllegalArgumentException(
                            "Expected "
                                    + written
                                    + " for a broker of its own only ('millrace broker'), but this one is"
                                    + " embedded");
                }
                key.form().require(written, value);
                common.own.put(key, value);
                return;
            }
            if (key.destinationKey() != null
                    && written.startsWith(BrokerKey.ONE_DESTINATION)
                    && written.endsWith(ending)
                    && written.length() > BrokerKey.ONE_DESTINATION.length() + ending.length()) {
                String name =
                        written.substring(
                                BrokerKey.ONE_DESTINATION.length(),
                                written.length() - ending.length());
                key.form().require(written, value);
                valuesByDestination
                        .computeIfAbsent(name, each -> new Values(common))
                        .own
                        .put(key, value);
                return;
            }
        }
        throw new IllegalArgumentException(
                "Expected a known key, but there is "
                        + written
                        + "; the nearest known one is "
                        + NearestKey.to(written, embedded)
                        + " (docs/CONFIGURATION.md lists all; in a URI each begins with broker.)");
    }

    /** Else it would be about a destination whose name ends with the beginning of the key. */
    private static void refuseKeyOfBroker(String written) {
        for (BrokerKey key : BrokerKey.values()) {
            String destinationKey = key.destinationKey();
            if (destinationKey != null
                    && !destinationKey.equals(key.key())
                    && written.startsWith(BrokerKey.ONE_DESTINATION)
                    && written.endsWith("." + key.key())) {
                throw new IllegalArgumentException(
                        "Expected a known key, but there is "
                                + written
                                + "; the nearest known one is "
                                + written.substring(0, written.length() - key.key().length())
                                + destinationKey
                                + " (docs/CONFIGURATION.md lists all; in a URI each begins with"
                                + " broker.)");
            }
        }
    }

    /** What holds for the broker, and for all destinations of which nothing else is said. */
    public Values common() {
        return common;
    }

    /**
     * Something for each destination of which one of these keys says something, by name, or by a
     * beginning and an asterisk.
     */
    public <T> Map<String, T> byDestination(Set<BrokerKey> keys, Function<Values, T> of) {
        Map<String, T> found = new HashMap<>();
        valuesByDestination.forEach(
                (name, values) -> {
                    if (keys.stream().anyMatch(values.own::containsKey)) {
                        found.put(name, of.apply(values));
                    }
                });
        return found;
    }
}
