package io.millrace.tck.jta;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A resource whose application may die around each of its answers. */
final class HaltingResource implements XAResource {

    private final XAResource resource;
    private final Halt halt;

    HaltingResource(XAResource resource, Halt halt) {
        this.resource = resource;
        this.halt = halt;
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        halt.before(Halt.Call.PREPARE);
        int vote = resource.prepare(xid);
        halt.after(Halt.Call.PREPARE);
        return vote;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        halt.before(Halt.Call.COMMIT);
        resource.commit(xid, onePhase);
        halt.after(Halt.Call.COMMIT);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        resource.rollback(xid);
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        resource.start(xid, flags);
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        resource.end(xid, flags);
    }

    @Override
    public void forget(Xid xid) throws XAException {
        resource.forget(xid);
    }

    @Override
    public Xid[] recover(int flag) throws XAException {
        return resource.recover(flag);
    }

    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        return resource.isSameRM(
                other instanceof HaltingResource halting ? halting.resource : other);
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return resource.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return resource.setTransactionTimeout(seconds);
    }
}
