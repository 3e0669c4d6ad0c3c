package io.millrace.simulation;

/** What can go wrong. */
enum FaultKind {
    /** A broker's process is killed; its machine goes on. */
    KILL_BROKER,
    /** A broker's machine loses power: what was not forced survives in random pages and sectors. */
    POWER_LOSS,
    /** The power fails in the middle of an operation of the disk. */
    POWER_LOSS_IN_WRITE,
    /** A broker is stopped as it should be, and started again. */
    RESTART_BROKER,
    /** An application is killed. */
    KILL_CLIENT,
    /** Broker and application are killed at the same instant. */
    KILL_BOTH,
    /** Nothing gets through between an application and its broker, and neither is told. */
    CUT_LINK,
    /** A link breaks; what is under way is lost. */
    RESET_LINK,
    /** All frames take longer. */
    SLOW_NETWORK,
    /** A broker does nothing for a while. */
    PAUSE_BROKER,
    /** An application does nothing for a while. */
    PAUSE_CLIENT,
    /** Clocks run faster or slower than they should. */
    CLOCK_DRIFT,
    /** A wall clock is set forward or back. */
    CLOCK_JUMP,
    /** A force fails: the log is gone until it is opened again. */
    FAILED_FORCE,
    /** A read of the disk fails once. */
    FAILED_READ,
    /** Another owner takes a partition over while the first still runs. */
    TAKE_OVER,
    /** An owner's appends reach the replicated log late, or after it was fenced. */
    SLOW_REPLICATION,
    /** A checkpoint is taken now: not a fault, but what faults after it need. */
    CHECKPOINT,
    /** A disk fills up to what is kept for acknowledgements. Happens at times of its own. */
    FULL_DISK
}
