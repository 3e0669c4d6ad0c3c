package io.millrace.tck.jta;

import com.arjuna.ats.arjuna.coordinator.TransactionReaper;
import com.arjuna.ats.arjuna.objectstore.StoreManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;
import org.jboss.narayana.jta.jms.ConnectionFactoryProxy;
import org.jboss.narayana.jta.jms.JmsXAResourceRecoveryHelper;
import org.jboss.narayana.jta.jms.TransactionHelperImpl;

/** Narayana, with its own support for JMS. There is one in a JVM, and once. */
final class Narayana implements Coordinator {

    private final TransactionManager manager;
    private final ConnectionFactory broker;
    private final XADataSource database;
    private final RecoveryManager recovery;

    Narayana(Path directory, XAConnectionFactory broker, XADataSource database) throws Exception {
        NarayanaSettings.apply(directory);
        this.manager = com.arjuna.ats.jta.TransactionManager.transactionManager();
        this.broker = new ConnectionFactoryProxy(broker, new TransactionHelperImpl(manager));
        this.database = database;
        this.recovery = RecoveryManager.manager(RecoveryManager.INDIRECT_MANAGEMENT);
        for (Object module : recovery.getModules()) {
            if (module instanceof XARecoveryModule resources) {
                resources.addXAResourceRecoveryHelper(new JmsXAResourceRecoveryHelper(broker));
                resources.addXAResourceRecoveryHelper(new RecoveredDatabase(database));
            }
        }
        recovery.startRecoveryManagerThread();
    }

    /** The database as the manager sees it when it looks for what crashed. */
    private static final class RecoveredDatabase implements XAResourceRecoveryHelper {

        private final XAResource resource;

        RecoveredDatabase(XADataSource database) throws SQLException {
            this.resource = database.getXAConnection().getXAResource();
        }

        @Override
        public boolean initialise(String properties) {
            return true;
        }

        @Override
        public XAResource[] getXAResources() {
            return new XAResource[] {resource};
        }
    }

    TransactionManager manager() {
        return manager;
    }

    @Override
    public UserTransaction transactions() {
        return com.arjuna.ats.jta.UserTransaction.userTransaction();
    }

    @Override
    public ConnectionFactory broker() {
        return broker;
    }

    @Override
    public Connection database() throws Exception {
        Transaction transaction = manager.getTransaction();
        XAConnection connection = database.getXAConnection();
        transaction.registerSynchronization(
                new Synchronization() {
                    @Override
                    public void beforeCompletion() {}

                    @Override
                    public void afterCompletion(int status) {
                        try {
                            connection.close();
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                });
        if (!transaction.enlistResource(connection.getXAResource())) {
            throw new IllegalStateException("Expected the database to take part, but it may not");
        }
        return connection.getConnection();
    }

    @Override
    public void close() {
        recovery.terminate();
        TransactionReaper.terminate(false);
        StoreManager.shutdown();
    }
}
