package io.millrace.server;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.core.partition.RedeliveryPolicies;
import io.millrace.core.partition.RedeliveryPolicy;
import io.millrace.core.partition.WaitingLimit;
import io.millrace.core.partition.WaitingLimits;
import io.millrace.server.configuration.BrokerKey;
import io.millrace.server.configuration.BrokerSettings;
import io.millrace.server.messages.RetentionPolicies;
import io.millrace.server.messages.RetentionPolicy;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is set for a broker. {@link BrokerKey} says which keys there are, and what they mean.
 *
 * @param segmentBytes size of a log segment
 * @param stagedBytes memory for what is sent in transactions and not committed yet
 * @param transactionMillis after how long a session's transaction is rolled back
 * @param reserveBytes what of the disk is not used for messages
 * @param recoveryThreads how many threads read what there is in a log when it is opened
 * @param catchUpBytesPerSecond how fast messages are read for those who are far behind, while
 *     others get what is new; 0 for as fast as possible
 * @param redelivery how often and when messages that were given back are delivered again, and where
 *     dead letters go
 * @param retention how long the log keeps what nobody needs any more
 * @param waiting how much may wait in each destination
 * @param preparedAlarmMillis after which a prepared branch that nobody decides is worth a warning;
 *     0 for never
 * @param users the file of users; null if nobody said which
 */
public record BrokerConfiguration(
        int segmentBytes,
        int stagedBytes,
        long transactionMillis,
        long reserveBytes,
        int recoveryThreads,
        long catchUpBytesPerSecond,
        RedeliveryPolicies redelivery,
        RetentionPolicies retention,
        WaitingLimits waiting,
        long messageBytes,
        long preparedAlarmMillis,
        @Nullable String users) {

    /** More are used only if somebody says so: each needs some megabytes. */
    private static final int MAX_RECOVERY_THREADS = 16;

    private static final Set<BrokerKey> REDELIVERY =
            EnumSet.of(
                    BrokerKey.MAX_DELIVERIES,
                    BrokerKey.REDELIVERY_DELAY_MILLIS,
                    BrokerKey.REDELIVERY_BACK_OFF,
                    BrokerKey.REDELIVERY_MAX_DELAY_MILLIS,
                    BrokerKey.DEAD_LETTERS);
    private static final Set<BrokerKey> RETENTION =
            EnumSet.of(BrokerKey.RETENTION_HOURS, BrokerKey.RETENTION_BYTES);

    private static final Set<BrokerKey> WAITING =
            EnumSet.of(
                    BrokerKey.MAX_WAITING_MESSAGES,
                    BrokerKey.MAX_WAITING_BYTES,
                    BrokerKey.WHEN_FULL,
                    BrokerKey.WHEN_FULL_BLOCK_MILLIS);

    /** The defaults. */
    public static BrokerConfiguration defaults() {
        return parse(Map.of());
    }

    /**
     * Reads keys and values of an embedded broker.
     *
     * @throws IllegalArgumentException for an unknown key or an impossible value; says which is
     *     meant or possible
     */
    public static BrokerConfiguration parse(Map<String, String> values) {
        return of(BrokerSettings.of(values, true));
    }

    /** Takes what was set. */
    public static BrokerConfiguration of(BrokerSettings settings) {
        BrokerSettings.Values values = settings.common();
        return new BrokerConfiguration(
                (int) values.number(BrokerKey.SEGMENT_BYTES),
                (int) values.number(BrokerKey.STAGED_BYTES),
                values.number(BrokerKey.TRANSACTION_MILLIS),
                values.number(BrokerKey.RESERVE_BYTES),
                recoveryThreads((int) values.number(BrokerKey.RECOVERY_THREADS)),
                values.number(BrokerKey.CATCH_UP_BYTES),
                new RedeliveryPolicies(
                        redelivery(values),
                        settings.byDestination(REDELIVERY, BrokerConfiguration::redelivery)),
                new RetentionPolicies(
                        retention(values),
                        settings.byDestination(RETENTION, BrokerConfiguration::retention)),
                new WaitingLimits(
                        waiting(values),
                        settings.byDestination(WAITING, BrokerConfiguration::waiting)),
                values.number(BrokerKey.MESSAGE_BYTES),
                values.number(BrokerKey.PREPARED_ALARM_MILLIS),
                values.text(BrokerKey.USERS));
    }

    private static int recoveryThreads(int wanted) {
        int processors = Runtime.getRuntime().availableProcessors();
        return wanted > 0 ? wanted : Math.min(MAX_RECOVERY_THREADS, processors);
    }

    private static RedeliveryPolicy redelivery(BrokerSettings.Values values) {
        return new RedeliveryPolicy(
                (int) values.number(BrokerKey.MAX_DELIVERIES),
                values.number(BrokerKey.REDELIVERY_DELAY_MILLIS),
                values.decimal(BrokerKey.REDELIVERY_BACK_OFF),
                values.number(BrokerKey.REDELIVERY_MAX_DELAY_MILLIS),
                String.valueOf(values.text(BrokerKey.DEAD_LETTERS)));
    }

    private static WaitingLimit waiting(BrokerSettings.Values values) {
        String whenFull = String.valueOf(values.text(BrokerKey.WHEN_FULL));
        return new WaitingLimit(
                values.number(BrokerKey.MAX_WAITING_MESSAGES),
                values.number(BrokerKey.MAX_WAITING_BYTES),
                WaitingLimit.WhenFull.valueOf(whenFull.toUpperCase(Locale.ROOT).replace('.', '_')),
                values.number(BrokerKey.WHEN_FULL_BLOCK_MILLIS));
    }

    private static RetentionPolicy retention(BrokerSettings.Values values) {
        long hours = values.number(BrokerKey.RETENTION_HOURS);
        return new RetentionPolicy(
                hours == RetentionPolicy.NO_LIMIT
                        ? RetentionPolicy.NO_LIMIT
                        : TimeUnit.HOURS.toMillis(hours),
                values.number(BrokerKey.RETENTION_BYTES));
    }

    /** Limits of a partition with what was set. */
    public PartitionLimits limit(PartitionLimits limits) {
        return limits.staging(stagedBytes)
                .ending(transactionMillis)
                .redelivering(redelivery)
                .holding(waiting)
                .taking(messageBytes);
    }
}
