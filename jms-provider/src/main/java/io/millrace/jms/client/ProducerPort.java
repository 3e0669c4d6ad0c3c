package io.millrace.jms.client;

import java.util.List;

/** A core with the threads that wait for it. */
public interface ProducerPort {
    ProducerCore core();

    /** Batches are done: their waiters and completion listeners have to hear. */
    void done(List<ProducerCore.Batch> batches);
}
