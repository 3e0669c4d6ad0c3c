package io.millrace.jms.client;

import java.util.List;

/**
 * What a session sends under one producer id, over as many links as it takes. Guarded by its own
 * monitor: whoever calls a method holds it.
 */
public interface SendCore {

    /** The producer's number in its connection. */
    int handle();

    /**
     * There is a link: opens the window there and sends again what is not confirmed, as it was.
     * Returns batches that went down with the link before, and are done.
     */
    List<ProducerCore.Batch> linkUp();

    /** The link is gone. */
    void linkDown();

    /** All messages up to the sequence are stored. Returns the batches that are done now. */
    List<ProducerCore.Batch> confirmed(long upToSequence);

    /** These messages were not stored. Returns the batches that are done now. */
    List<ProducerCore.Batch> refused(long firstSequence, RuntimeException refusal);

    /**
     * The connection is gone for good: nothing will be confirmed any more. Returns the batches that
     * are done now.
     */
    List<ProducerCore.Batch> failed(RuntimeException failure);
}
