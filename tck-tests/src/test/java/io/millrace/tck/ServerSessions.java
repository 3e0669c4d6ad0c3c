package io.millrace.tck;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A pool of server sessions as an application server has it: a thread for each start. */
final class ServerSessions implements ServerSessionPool {

    private final BlockingQueue<ServerSession> free = new LinkedBlockingQueue<>();
    private final List<Session> sessions = new ArrayList<>();
    private final AtomicInteger starts = new AtomicInteger();

    /** Sessions of one mode; each has a listener of its own. */
    ServerSessions(
            Connection connection,
            int count,
            int mode,
            Function<Session, MessageListener> listenerOf)
            throws JMSException {
        for (int number = 0; number < count; number++) {
            Session session = connection.createSession(mode);
            session.setMessageListener(listenerOf.apply(session));
            sessions.add(session);
            free.add(new Pooled(session));
        }
    }

    Session session(int index) {
        return sessions.get(index);
    }

    /** How often a server session was started. */
    int starts() {
        return starts.get();
    }

    /** Whether all are back. */
    boolean isIdle() {
        return free.size() == sessions.size();
    }

    @Override
    public ServerSession getServerSession() throws JMSException {
        try {
            return free.take();
        } catch (InterruptedException e) {
            throw new JMSException("interrupted: " + e);
        }
    }

    private final class Pooled implements ServerSession {

        private final Session session;

        Pooled(Session session) {
            this.session = session;
        }

        @Override
        public Session getSession() {
            return session;
        }

        @Override
        public void start() {
            starts.incrementAndGet();
            Thread thread =
                    new Thread(
                            () -> {
                                session.run();
                                free.add(this);
                            },
                            "server-session");
            thread.setDaemon(true);
            thread.start();
        }
    }
}
