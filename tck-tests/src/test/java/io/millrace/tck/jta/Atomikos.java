package io.millrace.tck.jta;

import com.atomikos.icatch.config.UserTransactionServiceImp;
import com.atomikos.icatch.jta.UserTransactionManager;
import com.atomikos.jdbc.AtomikosDataSourceBean;
import com.atomikos.jms.AtomikosConnectionFactoryBean;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import jakarta.transaction.UserTransaction;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.XADataSource;

/** Atomikos with its pools. There is one in a JVM. */
final class Atomikos implements Coordinator {

    private static final String SETTING = "com.atomikos.icatch.";

    /**
     * So long a transaction may take, and so long recovery waits before it takes one for dead: it
     * looks neither at processes nor at connections.
     */
    private static final int TIMEOUT_MILLIS = 5_000;

    private final UserTransactionServiceImp service;
    private final UserTransactionManager manager = new UserTransactionManager();
    private final AtomikosConnectionFactoryBean broker = new AtomikosConnectionFactoryBean();
    private final AtomikosDataSourceBean database = new AtomikosDataSourceBean();

    Atomikos(Path directory, XAConnectionFactory broker, XADataSource database) throws Exception {
        Properties settings = new Properties();
        settings.setProperty(SETTING + "log_base_dir", directory.toString());
        settings.setProperty(SETTING + "tm_unique_name", "millrace");
        settings.setProperty(SETTING + "max_timeout", "" + TIMEOUT_MILLIS);
        settings.setProperty(SETTING + "default_jta_timeout", "" + TIMEOUT_MILLIS);
        settings.setProperty(SETTING + "recovery_delay", "500");
        this.service = new UserTransactionServiceImp(settings);
        this.broker.setUniqueResourceName("broker");
        this.broker.setXaConnectionFactory(broker);
        this.broker.setPoolSize(1);
        this.database.setUniqueResourceName("database");
        this.database.setXaDataSource(database);
        this.database.setPoolSize(1);
        this.broker.init();
        this.database.init();
        service.init();
        manager.setStartupTransactionService(false);
        manager.init();
    }

    @Override
    public UserTransaction transactions() {
        return manager;
    }

    @Override
    public ConnectionFactory broker() {
        return broker;
    }

    @Override
    public Connection database() throws SQLException {
        return database.getConnection();
    }

    @Override
    public void close() {
        service.shutdown(false);
        broker.close();
        database.close();
    }
}
