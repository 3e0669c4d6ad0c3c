/**
 * The thread that owns a partition, and what it does for the machine. Start reading at {@link
 * io.millrace.server.partition.PartitionRunner}.
 */
@NullMarked
package io.millrace.server.partition;

import org.jspecify.annotations.NullMarked;
