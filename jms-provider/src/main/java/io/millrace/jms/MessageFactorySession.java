package io.millrace.jms;

import io.millrace.jms.message.MillraceBytesMessage;
import io.millrace.jms.message.MillraceMapMessage;
import io.millrace.jms.message.MillraceMessage;
import io.millrace.jms.message.MillraceObjectMessage;
import io.millrace.jms.message.MillraceStreamMessage;
import io.millrace.jms.message.MillraceTextMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The many names under which a session makes messages, consumers and producers; each leads to one
 * method.
 */
abstract class MessageFactorySession implements QueueSession, TopicSession {

    abstract ConnectionSettings settings();

    abstract void requireOpen() throws JMSException;

    abstract MillraceConsumer createDurable(
            Topic topic, String name, @Nullable String selector, boolean noLocal)
            throws JMSException;

    abstract MillraceConsumer createShared(
            Topic topic, String name, @Nullable String selector, boolean durable)
            throws JMSException;

    @Override
    public abstract MillraceConsumer createConsumer(
            Destination destination, @Nullable String selector, boolean noLocal)
            throws JMSException;

    @Override
    public abstract MillraceProducer createProducer(@Nullable Destination destination)
            throws JMSException;

    @Override
    public Message createMessage() throws JMSException {
        requireOpen();
        return new MillraceMessage();
    }

    @Override
    public TextMessage createTextMessage() throws JMSException {
        requireOpen();
        return new MillraceTextMessage();
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) throws JMSException {
        TextMessage message = createTextMessage();
        message.setText(text);
        return message;
    }

    @Override
    public BytesMessage createBytesMessage() throws JMSException {
        requireOpen();
        return new MillraceBytesMessage();
    }

    @Override
    public MapMessage createMapMessage() throws JMSException {
        requireOpen();
        return new MillraceMapMessage();
    }

    @Override
    public StreamMessage createStreamMessage() throws JMSException {
        requireOpen();
        return new MillraceStreamMessage();
    }

    @Override
    public ObjectMessage createObjectMessage() throws JMSException {
        requireOpen();
        MillraceObjectMessage message = new MillraceObjectMessage();
        settings().apply(message);
        return message;
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) throws JMSException {
        ObjectMessage message = createObjectMessage();
        message.setObject(object);
        return message;
    }

    @Override
    public MessageConsumer createConsumer(Destination destination) throws JMSException {
        return createConsumer(destination, null, false);
    }

    @Override
    public MessageConsumer createConsumer(Destination destination, @Nullable String selector)
            throws JMSException {
        return createConsumer(destination, selector, false);
    }

    @Override
    public QueueReceiver createReceiver(Queue queue) throws JMSException {
        return createConsumer(queue, null, false);
    }

    @Override
    public QueueReceiver createReceiver(Queue queue, @Nullable String selector)
            throws JMSException {
        return createConsumer(queue, selector, false);
    }

    @Override
    public QueueSender createSender(@Nullable Queue queue) throws JMSException {
        return createProducer(queue);
    }

    @Override
    public TopicSubscriber createSubscriber(Topic topic) throws JMSException {
        return createConsumer(topic, null, false);
    }

    @Override
    public TopicSubscriber createSubscriber(Topic topic, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return createConsumer(topic, selector, noLocal);
    }

    @Override
    public TopicPublisher createPublisher(@Nullable Topic topic) throws JMSException {
        return createProducer(topic);
    }

    @Override
    public TopicSubscriber createDurableSubscriber(Topic topic, String name) throws JMSException {
        return createDurable(topic, name, null, false);
    }

    @Override
    public TopicSubscriber createDurableSubscriber(
            Topic topic, String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return createDurable(topic, name, selector, noLocal);
    }

    @Override
    public MessageConsumer createDurableConsumer(Topic topic, String name) throws JMSException {
        return createDurable(topic, name, null, false);
    }

    @Override
    public MessageConsumer createDurableConsumer(
            Topic topic, String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return createDurable(topic, name, selector, noLocal);
    }

    @Override
    public MessageConsumer createSharedConsumer(Topic topic, String name) throws JMSException {
        return createShared(topic, name, null, false);
    }

    @Override
    public MessageConsumer createSharedConsumer(Topic topic, String name, @Nullable String selector)
            throws JMSException {
        return createShared(topic, name, selector, false);
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(Topic topic, String name)
            throws JMSException {
        return createShared(topic, name, null, true);
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(
            Topic topic, String name, @Nullable String selector) throws JMSException {
        return createShared(topic, name, selector, true);
    }

    @Override
    public QueueBrowser createBrowser(Queue queue) throws JMSException {
        return createBrowser(queue, null);
    }
}
