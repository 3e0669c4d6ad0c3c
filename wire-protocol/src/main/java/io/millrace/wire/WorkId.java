package io.millrace.wire;

/**
 * Names work that happens as a whole or not at all, in however many partitions: a session's
 * transaction, or a branch of a distributed one. Its first byte is its kind.
 */
public sealed interface WorkId permits TransactionId, BranchId {

    /** Its form on the wire and in the log. */
    byte[] toBytes();

    /** Reads what {@link #toBytes} wrote. */
    static WorkId of(byte[] bytes) {
        return BranchId.isOne(bytes) ? BranchId.of(bytes) : TransactionId.of(bytes);
    }
}
