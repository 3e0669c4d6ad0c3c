package io.millrace.server.partition;

import io.millrace.core.PartitionLoop;
import io.millrace.core.index.PageIndex;
import io.millrace.core.log.PartitionLog;
import org.jspecify.annotations.Nullable;

/**
 * Builds what a {@link PartitionRunner} runs, and hears of its fate. Called by the runner's thread.
 *
 * @param <C> the machine's commands
 */
public interface RunnerHost<C> {

    /** A loop that is up, with its log and what its machine uses beside it. */
    record Running<C>(PartitionLoop<C> loop, PartitionLog log, PageIndex index) {}

    /** Opens the log and builds a machine from it. */
    Running<C> open(PartitionRunner<C> runner);

    /** The command that says that time has passed. */
    C tick();

    /** The last command before the log is closed; null for none. */
    default @Nullable C stopping() {
        return null;
    }

    /** A command was handled: what it occupied is free again. */
    void handled(C command);

    /**
     * A command came while the partition is closed.
     *
     * @param reason why it is closed, and what to do
     * @param retryAfterMillis when it may be open again; negative if not before a restart
     */
    void refused(C command, String reason, int retryAfterMillis);

    /** The partition failed and is built anew: clients have to attach again. */
    void failed(RuntimeException failure);

    /** Whether checkpoints should be taken more often, so that space is given back. */
    default boolean isShortOfSpace() {
        return false;
    }
}
