package io.millrace.tck.jta;

import jakarta.jms.ConnectionFactory;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;

/**
 * A transaction manager, with a broker and a database as its resources. What crashed before is
 * recovered by and by, in threads of its own.
 */
interface Coordinator extends AutoCloseable {

    /** Those of the calling thread. */
    UserTransaction transactions();

    /** Sessions that are made in a transaction take part in it, also when they are closed early. */
    ConnectionFactory broker();

    /** A connection that takes part in the calling thread's transaction; may be closed early. */
    Connection database() throws Exception;

    @Override
    void close() throws Exception;
}
