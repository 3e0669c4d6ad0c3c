package io.millrace.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The load of {@link RequestReply}: the client's thread, and a service that listens. */
final class Requests implements Load {

    private static final long REPLY_LIMIT_MILLIS = 60_000;

    private final Connection asking;
    private final Connection serving;
    private final Session session;
    private final MessageProducer requests;
    private final MessageConsumer replies;
    private final TemporaryQueue replyTo;
    private final Service service;
    private final Thread thread;

    /** Owned by the client's thread; read by others after it ended. */
    private final Body body = new Body(RequestReply.BODY_BYTES);

    private final Histogram roundTripNanos = new Histogram(3);
    private long faultCount;
    private String firstFault = "";

    private volatile long completed;
    private volatile boolean measuring;
    private volatile boolean stopped;
    private volatile String failure = "";

    private Requests(ConnectionFactory factory, String queueName, int deliveryMode)
            throws JMSException {
        serving = factory.createConnection();
        asking = factory.createConnection();
        Session serverSession = serving.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Queue queue = serverSession.createQueue(queueName);
        service = new Service(serverSession, deliveryMode);
        serverSession.createConsumer(queue).setMessageListener(service);
        session = asking.createSession(false, Session.AUTO_ACKNOWLEDGE);
        replyTo = session.createTemporaryQueue();
        replies = session.createConsumer(replyTo);
        requests = session.createProducer(queue);
        requests.setDeliveryMode(deliveryMode);
        thread = new Thread(this::ask, "bench-client");
    }

    static Load start(ConnectionFactory factory, String queue, int deliveryMode)
            throws JMSException {
        Requests load = new Requests(factory, queue, deliveryMode);
        load.serving.start();
        load.asking.start();
        load.thread.start();
        return load;
    }

    /** Replies with the body that it got. Owned by the thread of its session. */
    private static final class Service implements MessageListener {

        private final Session session;
        private final MessageProducer producer;
        private final Body body = new Body(RequestReply.BODY_BYTES);
        private volatile String failure = "";

        Service(Session session, int deliveryMode) throws JMSException {
            this.session = session;
            this.producer = session.createProducer(null);
            producer.setDeliveryMode(deliveryMode);
        }

        @Override
        public void onMessage(Message request) {
            try {
                BytesMessage reply = body.message(session, body.number(request));
                reply.setJMSCorrelationID(request.getJMSMessageID());
                producer.send(request.getJMSReplyTo(), reply);
            } catch (JMSException | ClassCastException e) {
                failure = "Expected to reply, but: " + e;
            }
        }
    }

    private void ask() {
        long sequence = 0;
        try {
            while (!stopped) {
                ask(sequence++);
            }
        } catch (JMSException | IllegalStateException | ClassCastException e) {
            failure = e.toString();
        }
    }

    private void ask(long sequence) throws JMSException {
        boolean counted = measuring;
        long begin = System.nanoTime();
        BytesMessage request = body.message(session, sequence);
        request.setJMSReplyTo(replyTo);
        requests.send(request);
        Message reply = replies.receive(REPLY_LIMIT_MILLIS);
        if (reply == null) {
            throw new IllegalStateException(
                    "Expected a reply to request %d within 60 s, but none came; %s"
                            .formatted(sequence, service.failure));
        }
        long replied = body.number(reply);
        if (counted) {
            roundTripNanos.recordValue(System.nanoTime() - begin);
        }
        check(sequence, replied, request.getJMSMessageID(), reply.getJMSCorrelationID());
        completed = sequence + 1;
    }

    private void check(long sequence, long replied, String id, String correlationId) {
        if (replied != sequence || !id.equals(correlationId)) {
            faultCount++;
            if (firstFault.isEmpty()) {
                firstFault =
                        "Expected the reply to request %d, %s, but got that to %d, %s"
                                .formatted(sequence, id, replied, correlationId);
            }
        }
    }

    @Override
    public long completed() {
        refuseFailures();
        return completed;
    }

    @Override
    public void measure() {
        measuring = true;
    }

    @Override
    public void stop() throws JMSException {
        stopped = true;
        try {
            thread.join(2 * REPLY_LIMIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refuseFailures();
        replies.close();
        replyTo.delete();
        asking.close();
        serving.close();
    }

    private void refuseFailures() {
        String reason = failure.isEmpty() ? service.failure : failure;
        if (!reason.isEmpty()) {
            throw new IllegalStateException(reason);
        }
    }

    @Override
    public Histogram latencyNanos() {
        return roundTripNanos;
    }

    @Override
    public long sent() {
        return completed;
    }

    @Override
    public List<String> faults() {
        return firstFault.isEmpty() ? List.of() : List.of(firstFault);
    }

    @Override
    public long faultCount() {
        return faultCount;
    }
}
