package io.millrace.server;

import io.millrace.core.partition.RedeliveryPolicies;
import io.millrace.core.partition.RedeliveryPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what becomes of messages that applications give back: {@code max.deliveries}, {@code
 * redelivery.delay.ms}, {@code redelivery.backoff}, {@code redelivery.max.delay.ms} and {@code
 * dead.letters} for all destinations; with {@code destination.NAME.} before it, for one, or for all
 * whose names begin so if the name ends with an asterisk. {@link RedeliveryPolicy} says what they
 * mean.
 */
final class RedeliverySettings {

    private static final String ONE = "destination.";
    private static final String MAX_DELIVERIES = "max.deliveries";
    private static final String DELAY_MILLIS = "redelivery.delay.ms";
    private static final String BACK_OFF = "redelivery.backoff";
    private static final String MAX_DELAY_MILLIS = "redelivery.max.delay.ms";
    private static final String DEAD_LETTERS = "dead.letters";
    private static final List<String> KEYS =
            List.of(MAX_DELIVERIES, DELAY_MILLIS, BACK_OFF, MAX_DELAY_MILLIS, DEAD_LETTERS);

    private static final int MOST_DELIVERIES = 1_000_000;
    private static final long MOST_MILLIS = 7L * 24 * 60 * 60 * 1_000;
    private static final double MOST_BACK_OFF = 100;

    private RedeliverySettings() {}

    /** Which keys there are, in words. */
    static String known() {
        return String.join(", ", KEYS) + " and the same behind " + ONE + "NAME.";
    }

    /** Takes out what it knows. */
    static RedeliveryPolicies take(Map<String, String> values) {
        RedeliveryPolicy standard = RedeliveryPolicy.USUAL;
        Map<String, Map<String, String>> valuesByName = new TreeMap<>();
        for (Map.Entry<String, String> each : Map.copyOf(values).entrySet()) {
            String key = known(each.getKey());
            if (key != null && each.getKey().equals(key)) {
                standard = new Setting("", key, each.getValue()).appliedTo(standard);
                values.remove(each.getKey());
            } else if (key != null && each.getKey().startsWith(ONE)) {
                int end = each.getKey().length() - key.length() - 1;
                if (end > ONE.length()) {
                    valuesByName
                            .computeIfAbsent(
                                    each.getKey().substring(ONE.length(), end),
                                    name -> new TreeMap<>())
                            .put(key, each.getValue());
                    values.remove(each.getKey());
                }
            }
        }
        Map<String, RedeliveryPolicy> byName = new HashMap<>();
        for (Map.Entry<String, Map<String, String>> one : valuesByName.entrySet()) {
            RedeliveryPolicy policy = standard;
            for (Map.Entry<String, String> each : one.getValue().entrySet()) {
                String prefix = ONE + one.getKey() + ".";
                policy = new Setting(prefix, each.getKey(), each.getValue()).appliedTo(policy);
            }
            byName.put(one.getKey(), policy);
        }
        return new RedeliveryPolicies(standard, byName);
    }

    private static @Nullable String known(String key) {
        for (String each : KEYS) {
            if (key.equals(each) || key.startsWith(ONE) && key.endsWith("." + each)) {
                return each;
            }
        }
        return null;
    }

    /**
     * One key and its value.
     *
     * @param prefix what stands before the key, for errors
     */
    private record Setting(String prefix, String key, String value) {

        RedeliveryPolicy appliedTo(RedeliveryPolicy policy) {
            int deliveries = policy.maxDeliveries();
            long delay = policy.delayMillis();
            double backOff = policy.backOff();
            long maxDelay = policy.maxDelayMillis();
            String deadLetters = policy.deadLetters();
            switch (key) {
                case MAX_DELIVERIES -> deliveries = (int) number(0, MOST_DELIVERIES);
                case DELAY_MILLIS -> delay = (long) number(0, MOST_MILLIS);
                case BACK_OFF -> backOff = number(1, MOST_BACK_OFF);
                case MAX_DELAY_MILLIS -> maxDelay = (long) number(0, MOST_MILLIS);
                default -> deadLetters = nameOfQueue();
            }
            return new RedeliveryPolicy(deliveries, delay, backOff, maxDelay, deadLetters);
        }

        private String nameOfQueue() {
            if (value.isBlank()) {
                throw new IllegalArgumentException(
                        "Expected " + prefix + key + " to be the name of a queue, but it is empty");
            }
            return value;
        }

        private double number(double least, double most) {
            try {
                double parsed =
                        key.equals(BACK_OFF) ? Double.parseDouble(value) : Long.parseLong(value);
                if (parsed >= least && parsed <= most) {
                    return parsed;
                }
            } catch (NumberFormatException notANumber) {
                // Refused below, like a number out of range.
            }
            throw new IllegalArgumentException(
                    "Expected "
                            + prefix
                            + key
                            + " to be "
                            + (long) least
                            + " to "
                            + (long) most
                            + ", but it is "
                            + value);
        }
    }
}
