package io.millrace.server.net;

import io.millrace.core.Origin;
import io.millrace.core.catalog.CatalogCommand;
import io.millrace.core.partition.PartitionCommand;
import io.millrace.wire.Id128;

/**
 * Where the commands of {@link ClientLink}s go. Methods that take the number of a partition fail
 * with a {@link io.millrace.wire.WireFormatException} if there is none with it.
 */
public interface Router {

    /** Random number of this broker process. */
    Id128 incarnation();

    /** A larger message is refused. */
    long maxMessageBytes();

    /** A larger batch is refused. */
    int maxBatchBytes();

    /** How many partitions there are, numbered from 1 on. */
    int partitions();

    void toCatalog(CatalogCommand command);

    void toPartition(int partition, PartitionCommand command);

    /** As {@link #toPartition}, but the caller calls {@link #help} in a moment. */
    void leaveToHelp(int partition, PartitionCommand command);

    /** As {@link #toPartition}, but the command may wait a moment for company. */
    void toPartitionUnhurried(int partition, PartitionCommand command);

    /** Has handled what was left: in this thread, if it may be kept and the partition is idle. */
    void help(int partition, boolean mayBeKept);

    /** A link has said who it is. */
    void opened(Origin origin);

    /** A link broke without goodbye. */
    void lost(Origin origin);

    /** A connection said goodbye. */
    void ended(Origin origin);

    /** The link is gone, whoever it belonged to. */
    void forget(long linkId);
}
