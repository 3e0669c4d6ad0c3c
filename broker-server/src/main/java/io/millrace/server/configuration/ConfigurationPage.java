package io.millrace.server.configuration;

import java.util.Objects;

/** Writes the page that lists all keys, {@code docs/CONFIGURATION.md}. */
final class ConfigurationPage {

    private ConfigurationPage() {}

    static String text() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # Configuration

                        Generated from `BrokerKey`; `ConfigurationPageTest` says how.

                        A broker of its own reads a file in the form of Java properties, in UTF-8:
                        `./millrace broker --config broker.properties`. `--set KEY=VALUE` overrides a line of it, and `--data`, \
                        `--host`, `--port` and
                        `--users` override both. An embedded broker has its keys in the URI, each with `broker.` before it:
                        `millrace:file:PATH?broker.log.segment.bytes=1048576`. A key that is not known is an error that names the \
                        nearest known one.
                        Keys that Apache Kafka has too mean the same here and are counted in the same units.

                        """);
        page.append("| key | default | what it may be | meaning |\n|---|---|---|---|\n");
        for (BrokerKey key : BrokerKey.values()) {
            line(page, "`" + key.key() + "`", key);
        }
        page.append(
                """

                `listeners`, `log.dirs`, `num.network.threads` and `metrics.listener` are for a broker of its own only.

                ## For one destination

                With `destination.NAME.` before it, for one destination, or for those whose names begin alike: \
                `destination.orders.*.max.deliveries=3`.
                An exact name counts before a beginning, a longer beginning before a shorter one, and each before the key for all; what \
                is not said
                for a destination is what is said for all.

                | key | default | what it may be | meaning |
                |---|---|---|---|
                """);
        for (BrokerKey key : BrokerKey.values()) {
            if (key.destinationKey() != null) {
                line(page, "`destination.NAME." + key.destinationKey() + "`", key);
            }
        }
        return page.toString();
    }

    private static void line(StringBuilder page, String name, BrokerKey key) {
        page.append("| ")
                .append(name)
                .append(" | ")
                .append(Objects.requireNonNullElse(key.standard(), ""))
                .append(" | ")
                .append(key.form().describe())
                .append(" | ")
                .append(key.meaning())
                .append(" |\n");
    }
}
