package io.millrace.server.messages;

/** Which of the stored messages somebody needs. Asked on the partition's thread. */
public interface Needs {

    /**
     * The smallest sequence of a destination, from one on, that is not settled by all; {@link
     * MessageStore#NO_SEQUENCE} if there is none.
     */
    long next(long destinationId, long from);

    /**
     * From this sequence on somebody goes back in time, and will look at what is settled, too;
     * {@link MessageStore#NO_SEQUENCE} if nobody does.
     */
    long lowestRewound(long destinationId);
}
