package io.millrace.jms.client;

/** A core with the threads that wait for it. */
public interface ConsumerPort {
    ConsumerCore core();

    /** Something may be there to take, or an answer came. */
    void changed();
}
