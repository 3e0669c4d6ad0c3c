package io.millrace.jms.client;

import java.util.List;

/** A core with the threads that wait for it. */
public interface ProducerPort {
    SendCore core();

    /**
     * Batches are done: their waiters and completion listeners have to hear. Called with the core's
     * monitor held, so that nobody finds the core idle before.
     */
    void done(List<ProducerCore.Batch> batches);
}
