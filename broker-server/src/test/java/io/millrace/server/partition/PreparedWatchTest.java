package io.millrace.server.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.partition.KnownBranches;
import io.millrace.wire.BranchId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.Test;

/** Each branch that nobody decides is told of once, at its time. */
class PreparedWatchTest {

    private static final long ALARM_MILLIS = 1_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final List<String> alarms = new ArrayList<>();
    private final Prepared prepared = new Prepared();
    private final PreparedWatch watch = watch(ALARM_MILLIS);

    private PreparedWatch watch(long alarmMillis) {
        return new PreparedWatch(1, alarmMillis) {
            @Override
            void tooOld(BranchId id, long ageMillis) {
                alarms.add(id + " " + ageMillis);
            }
        };
    }

    /** Branches by their times. */
    private static final class Prepared implements KnownBranches {

        private final Map<BranchId, Long> millisById = new LinkedHashMap<>();
        private int decided;

        void add(int number, long millis) {
            millisById.put(id(number), millis);
        }

        void remove(int number) {
            millisById.remove(id(number));
        }

        private static BranchId id(int number) {
            return new BranchId(1, new byte[] {(byte) number}, new byte[] {1});
        }

        @Override
        public int preparedCount() {
            return millisById.size();
        }

        @Override
        public int decidedCount() {
            return decided;
        }

        @Override
        public long oldestMillis() {
            return millisById.values().stream().findFirst().orElse(NEVER);
        }

        @Override
        public void forEachPrepared(ObjLongConsumer<BranchId> receiver) {
            millisById.forEach(receiver::accept);
        }
    }

    private void assertAlarms(String... expected) {
        assertEquals(List.of(expected), alarms);
        alarms.clear();
    }

    @Test
    void warnsOfEachOnceAtItsTime() {
        assertEquals(NEVER, watch.look(prepared, 10_000));
        prepared.add(1, 10_100);
        assertEquals(ALARM_MILLIS, watch.look(prepared, 10_100));
        prepared.add(2, 10_600);
        assertEquals(500, watch.look(prepared, 10_600));
        assertAlarms();
        assertEquals(500, watch.look(prepared, 11_100));
        assertAlarms("1:01:01 1000");
        assertEquals(1, watch.look(prepared, 11_599));
        assertEquals(NEVER, watch.look(prepared, 11_700));
        assertAlarms("1:02:01 1100");
        assertEquals(ALARM_MILLIS, watch.look(prepared, 20_000));
        assertEquals(NEVER, watch.look(prepared, 21_000));
        assertAlarms();
    }

    @Test
    void whatIsFoundAtTheStartMayBeOld() {
        prepared.add(1, 1_000);
        prepared.add(2, 9_500);
        assertEquals(500, watch.look(prepared, 10_000));
        assertAlarms("1:01:01 9000");
        prepared.remove(2);
        assertEquals(NEVER, watch.look(prepared, 10_500));
        assertAlarms();
    }

    @Test
    void whatIsDecidedIsForgottenAndMayComeAgain() {
        prepared.add(1, 1_000);
        assertEquals(NEVER, watch.look(prepared, 5_000));
        assertAlarms("1:01:01 4000");
        prepared.remove(1);
        prepared.decided = 1;
        assertEquals(NEVER, watch.look(prepared, 6_000));
        assertEquals(new PreparedReport(0, NEVER, 1), watch.report());
        prepared.add(1, 7_000);
        assertEquals(ALARM_MILLIS, watch.look(prepared, 7_000));
        assertEquals(NEVER, watch.look(prepared, 8_000));
        assertAlarms("1:01:01 1000");
    }

    @Test
    void countsEvenIfItNeverWarns() {
        PreparedWatch silent = watch(0);
        prepared.add(1, 1_000);
        prepared.add(2, 2_000);
        assertEquals(NEVER, silent.look(prepared, 100_000));
        assertEquals(new PreparedReport(2, 1_000, 0), silent.report());
        assertAlarms();
    }
}
