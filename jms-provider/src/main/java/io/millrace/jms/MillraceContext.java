package io.millrace.jms;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The simplified API (Jakarta Messaging 3.1, 2.8): a connection and a session in one, without
 * checked exceptions.
 */
sealed class MillraceContext implements JMSContext permits MillraceXAContext {

    private final MillraceConnection connection;

    /** Contexts that share the connection; the last one closes it. */
    private final AtomicInteger sharers;

    private final MillraceSession session;
    private volatile boolean autoStart = true;
    private final AtomicBoolean closed = new AtomicBoolean();

    MillraceContext(MillraceConnection connection, AtomicInteger sharers, MillraceSession session) {
        this.connection = connection;
        this.sharers = sharers;
        this.session = session;
    }

    MillraceConnection connection() {
        return connection;
    }

    static MillraceContext first(MillraceConnection connection, int mode) throws JMSException {
        return new MillraceContext(
                connection, new AtomicInteger(1), connection.openContextSession(mode));
    }

    /** A call of the classic API. */
    interface Call<R> {
        R run() throws JMSException;
    }

    static <R> R unchecked(Call<R> call) {
        try {
            return call.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    /** A call of the classic API whose result may be null. */
    interface NullableCall<R> {
        @Nullable R run() throws JMSException;
    }

    static <R> @Nullable R uncheckedOrNull(NullableCall<R> call) {
        try {
            return call.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    /** A call of the classic API without a result. */
    interface Action {
        void run() throws JMSException;
    }

    static void unchecked(Action action) {
        try {
            action.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSContext createContext(int mode) {
        return unchecked(
                () -> {
                    session.requireOpen();
                    MillraceContext another =
                            new MillraceContext(
                                    connection, sharers, connection.openContextSession(mode));
                    sharers.incrementAndGet();
                    return another;
                });
    }

    @Override
    public JMSProducer createProducer() {
        return new MillraceJmsProducer(session, unchecked(() -> session.createProducer(null)));
    }

    private JMSConsumer consumer(Call<MessageConsumer> create) {
        return unchecked(
                () -> {
                    JMSConsumer consumer = new MillraceJmsConsumer((MillraceConsumer) create.run());
                    if (autoStart) {
                        connection.start();
                    }
                    return consumer;
                });
    }

    @Override
    public JMSConsumer createConsumer(Destination destination) {
        return consumer(() -> session.createConsumer(destination));
    }

    @Override
    public JMSConsumer createConsumer(Destination destination, @Nullable String selector) {
        return consumer(() -> session.createConsumer(destination, selector));
    }

    @Override
    public JMSConsumer createConsumer(
            Destination destination, @Nullable String selector, boolean noLocal) {
        return consumer(() -> session.createConsumer(destination, selector, noLocal));
    }

    @Override
    public JMSConsumer createDurableConsumer(Topic topic, String name) {
        return consumer(() -> session.createDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createDurableConsumer(
            Topic topic, String name, @Nullable String selector, boolean noLocal) {
        return consumer(() -> session.createDurableConsumer(topic, name, selector, noLocal));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(Topic topic, String name) {
        return consumer(() -> session.createSharedDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(
            Topic topic, String name, @Nullable String selector) {
        return consumer(() -> session.createSharedDurableConsumer(topic, name, selector));
    }

    @Override
    public JMSConsumer createSharedConsumer(Topic topic, String name) {
        return consumer(() -> session.createSharedConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedConsumer(Topic topic, String name, @Nullable String selector) {
        return consumer(() -> session.createSharedConsumer(topic, name, selector));
    }

    @Override
    public @Nullable String getClientID() {
        return uncheckedOrNull(() -> open().getClientID());
    }

    @Override
    public void setClientID(String clientId) {
        unchecked(() -> open().setClientID(clientId));
    }

    @Override
    public ConnectionMetaData getMetaData() {
        return unchecked(() -> open().getMetaData());
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() {
        return uncheckedOrNull(() -> open().getExceptionListener());
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) {
        unchecked(() -> open().setExceptionListener(listener));
    }

    @Override
    public void start() {
        unchecked(() -> open().start());
    }

    @Override
    public void stop() {
        unchecked(() -> open().stop());
    }

    @Override
    public void setAutoStart(boolean value) {
        unchecked(session::requireOpen);
        autoStart = value;
    }

    @Override
    public boolean getAutoStart() {
        unchecked(session::requireOpen);
        return autoStart;
    }

    /** The connection, which others may still use: only while this context is open (6.2.15). */
    private MillraceConnection open() throws JMSException {
        session.requireOpen();
        return connection;
    }

    @Override
    public void close() {
        unchecked(
                () -> {
                    session.requireNotCalledBack();
                    if (closed.compareAndSet(false, true)) {
                        try {
                            session.close();
                        } finally {
                            if (sharers.decrementAndGet() == 0) {
                                connection.close();
                            }
                        }
                    }
                });
    }

    @Override
    public BytesMessage createBytesMessage() {
        return unchecked(session::createBytesMessage);
    }

    @Override
    public MapMessage createMapMessage() {
        return unchecked(session::createMapMessage);
    }

    @Override
    public Message createMessage() {
        return unchecked(session::createMessage);
    }

    @Override
    public ObjectMessage createObjectMessage() {
        return unchecked(() -> session.createObjectMessage());
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) {
        return unchecked(() -> session.createObjectMessage(object));
    }

    @Override
    public StreamMessage createStreamMessage() {
        return unchecked(session::createStreamMessage);
    }

    @Override
    public TextMessage createTextMessage() {
        return unchecked(() -> session.createTextMessage());
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) {
        return unchecked(() -> session.createTextMessage(text));
    }

    @Override
    public boolean getTransacted() {
        return unchecked(session::getTransacted);
    }

    @Override
    public int getSessionMode() {
        return unchecked(session::getAcknowledgeMode);
    }

    @Override
    public void commit() {
        unchecked(session::commit);
    }

    @Override
    public void rollback() {
        unchecked(session::rollback);
    }

    @Override
    public void recover() {
        unchecked(session::recover);
    }

    @Override
    public Queue createQueue(String name) {
        return unchecked(() -> session.createQueue(name));
    }

    @Override
    public Topic createTopic(String name) {
        return unchecked(() -> session.createTopic(name));
    }

    @Override
    public QueueBrowser createBrowser(Queue queue) {
        return unchecked(() -> session.createBrowser(queue));
    }

    @Override
    public QueueBrowser createBrowser(Queue queue, @Nullable String selector) {
        return unchecked(() -> session.createBrowser(queue, selector));
    }

    @Override
    public TemporaryQueue createTemporaryQueue() {
        return unchecked(session::createTemporaryQueue);
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        return unchecked(session::createTemporaryTopic);
    }

    @Override
    public void unsubscribe(String name) {
        unchecked(() -> session.unsubscribe(name));
    }

    @Override
    public void acknowledge() {
        unchecked(
                () -> {
                    session.requireOpen();
                    if (session.isClientAcknowledge()) {
                        session.acknowledge();
                    }
                });
    }
}
