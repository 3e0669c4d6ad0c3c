package io.millrace.tck;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.Xid;

/** Names a branch, as a transaction manager would. */
public final class TestXid implements Xid {

    private static final int FORMAT = 0x4d52;
    private static final AtomicLong LAST = new AtomicLong(System.nanoTime());

    private final byte[] global;
    private final byte[] qualifier;

    private TestXid(byte[] global, byte[] qualifier) {
        this.global = global;
        this.qualifier = qualifier;
    }

    /** One that was never used. */
    public static TestXid next() {
        return new TestXid(
                ByteBuffer.allocate(Long.BYTES).putLong(LAST.incrementAndGet()).array(),
                new byte[] {1});
    }

    /** Whether another Xid names the same branch. */
    public boolean isSame(Xid other) {
        return other.getFormatId() == FORMAT
                && Arrays.equals(other.getGlobalTransactionId(), global)
                && Arrays.equals(other.getBranchQualifier(), qualifier);
    }

    @Override
    public int getFormatId() {
        return FORMAT;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return global.clone();
    }

    @Override
    public byte[] getBranchQualifier() {
        return qualifier.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TestXid xid && isSame(xid);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(global), Arrays.hashCode(qualifier));
    }
}
