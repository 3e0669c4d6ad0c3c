package io.millrace.core.partition;

import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What is in buckets, in the order of times. The buckets must not change meanwhile. */
final class HeldTimes implements TimeRun {

    private final Iterator<Map.Entry<Long, TimeBucket>> buckets;
    private Map.@Nullable Entry<Long, TimeBucket> current;
    private int index;

    HeldTimes(SortedMap<Long, TimeBucket> buckets) {
        this.buckets = buckets.entrySet().iterator();
    }

    @Override
    public boolean next() {
        index++;
        while (current == null || index >= current.getValue().size()) {
            if (!buckets.hasNext()) {
                return false;
            }
            current = buckets.next();
            current.getValue().sort();
            index = 0;
        }
        return true;
    }

    private Map.Entry<Long, TimeBucket> bucket() {
        Map.Entry<Long, TimeBucket> bucket = current;
        if (bucket == null) {
            throw new IllegalStateException("Expected next() before its times are asked for");
        }
        return bucket;
    }

    @Override
    public long millis() {
        return (bucket().getKey() << TimeBucket.BITS) + bucket().getValue().offset(index);
    }

    @Override
    public long first() {
        return bucket().getValue().first(index);
    }

    @Override
    public long last() {
        return bucket().getValue().last(index);
    }
}
