package io.millrace.tck.jta;

import com.arjuna.ats.arjuna.common.CoordinatorEnvironmentBean;
import com.arjuna.ats.arjuna.common.CoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.RecoveryEnvironmentBean;
import com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule;
import com.arjuna.ats.internal.arjuna.utils.UuidProcessId;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTAActionStatusServiceXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTANodeNameXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTATransactionLogXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What Narayana would read from a file: all that it writes is in one directory, it listens at no
 * port, and recovers once a second. It holds for the JVM, from the first transaction on.
 */
final class NarayanaSettings {

    private static final String NODE = "millrace";

    /** A branch that nobody knows is rolled back when it is seen for so long. */
    private static final int ORPHAN_MILLIS = 500;

    /** It warns that there is no file. */
    private static final Logger ITS_PROPERTIES = Logger.getLogger("com.arjuna.ats.common");

    private NarayanaSettings() {}

    static void apply(Path directory) throws CoreEnvironmentBeanException {
        ITS_PROPERTIES.setLevel(Level.SEVERE);
        CoreEnvironmentBean core = BeanPopulator.getDefaultInstance(CoreEnvironmentBean.class);
        core.setNodeIdentifier(NODE);
        core.setVarDir(directory.toString());
        // The usual one takes a port, so that no other process has its number.
        core.setProcessImplementationClassName(UuidProcessId.class.getName());
        BeanPopulator.getDefaultInstance(CoordinatorEnvironmentBean.class)
                .setTransactionStatusManagerEnable(false);
        store(BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class), directory);
        for (String name : List.of("communicationStore", "stateStore")) {
            store(
                    BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, name),
                    directory);
        }
        JTAEnvironmentBean jta = BeanPopulator.getDefaultInstance(JTAEnvironmentBean.class);
        jta.setXaRecoveryNodes(List.of(NODE));
        jta.setOrphanSafetyInterval(ORPHAN_MILLIS);
        jta.setXaResourceOrphanFilterClassNames(
                List.of(
                        JTATransactionLogXAResourceOrphanFilter.class.getName(),
                        JTANodeNameXAResourceOrphanFilter.class.getName(),
                        JTAActionStatusServiceXAResourceOrphanFilter.class.getName()));
        RecoveryEnvironmentBean recovery =
                BeanPopulator.getDefaultInstance(RecoveryEnvironmentBean.class);
        recovery.setRecoveryListener(false);
        recovery.setPeriodicRecoveryPeriod(1);
        recovery.setRecoveryBackoffPeriod(1);
        recovery.setExpiryScannerClassNames(List.of());
        recovery.setRecoveryModuleClassNames(
                List.of(
                        AtomicActionRecoveryModule.class.getName(),
                        XARecoveryModule.class.getName()));
    }

    private static void store(ObjectStoreEnvironmentBean store, Path directory) {
        store.setObjectStoreDir(directory.toString());
    }
}
