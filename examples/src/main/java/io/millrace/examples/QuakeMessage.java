package io.millrace.examples;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;

/** What the programs have agreed on: the names of destinations, properties and fields. */
final class QuakeMessage {

    /** Topic: each quake once, for whoever subscribes. */
    static final String QUAKES = "quakes";

    /** Queue: each quake once, for one of the workers. */
    static final String LOCATE = "locate";

    /** Queue: what people ask the desk. */
    static final String QUESTIONS = "questions";

    // A property's name is a Java identifier (Jakarta Messaging 3.1, 3.8.1.1): selectors use it.
    static final String ID = "quakeId";
    static final String MAGNITUDE = "magnitude";
    static final String PLACE = "place";
    static final String DEPTH = "depth";
    static final String TIME = "time";
    static final String FEED_POSITION = "feedPosition";

    /** On a message that its publisher may have sent before: see {@link QuakePublisher}. */
    static final String RESENT = "resent";

    // The fields of a locate job's map, beside the quake's id.
    static final String LATITUDE = "latitude";
    static final String LONGITUDE = "longitude";

    private QuakeMessage() {}

    /**
     * The message for the topic: GeoJSON in the body, and what one may want to filter by outside.
     */
    static TextMessage announcing(Quake quake, int feedPosition, JMSContext context) {
        try {
            TextMessage message = context.createTextMessage(quake.json());
            message.setStringProperty(ID, quake.id());
            message.setDoubleProperty(MAGNITUDE, quake.magnitude());
            message.setStringProperty(PLACE, quake.place());
            message.setDoubleProperty(DEPTH, quake.depthKm());
            message.setLongProperty(TIME, quake.timeMillis());
            message.setIntProperty(FEED_POSITION, feedPosition);
            return message;
        } catch (JMSException e) {
            throw unchecked(e);
        }
    }

    /** The message for the queue of work: only what a worker needs. */
    static MapMessage locateJob(Quake quake, boolean resent, JMSContext context) {
        try {
            MapMessage job = context.createMapMessage();
            job.setString(ID, quake.id());
            job.setDouble(LATITUDE, quake.latitude());
            job.setDouble(LONGITUDE, quake.longitude());
            job.setBooleanProperty(RESENT, resent);
            return job;
        } catch (JMSException e) {
            throw unchecked(e);
        }
    }

    static int feedPosition(Message message) {
        try {
            return message.getIntProperty(FEED_POSITION);
        } catch (JMSException e) {
            throw unchecked(e);
        }
    }

    /**
     * The unchecked twin of a {@link JMSException}. The simplified API throws unchecked exceptions
     * everywhere but in {@link Message}, which both APIs share.
     */
    static JMSRuntimeException unchecked(JMSException e) {
        return new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
    }
}
