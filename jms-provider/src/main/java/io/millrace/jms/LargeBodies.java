package io.millrace.jms;

import io.millrace.jms.client.BodyDownload;
import io.millrace.jms.client.BodyUpload;
import io.millrace.jms.client.BrokerConnection;
import io.millrace.jms.client.RefusedException;
import io.millrace.jms.message.LargeBody;
import io.millrace.wire.BodyReference;
import io.millrace.wire.ErrorCode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.io.IOException;
import java.io.InputStream;

/** Sends large bodies ahead of their messages, and fetches them. */
final class LargeBodies {

    private LargeBodies() {}

    /**
     * Sends a body ahead. The message that refers to it is to follow, or the body to be dropped.
     *
     * @param partition where the message will be
     * @throws MessageFormatException if it is larger than the broker takes
     */
    static BodyReference send(MillraceSession session, int partition, LargeBody body)
            throws JMSException {
        BrokerConnection broker = session.connection().broker();
        long most = broker.locations().maxMessageBytes();
        if (body.length() > most) {
            throw new MessageFormatException(
                    "Expected messages with a body of at most "
                            + most
                            + " bytes (message.max.bytes), but this one has "
                            + body.length(),
                    "TOO_LARGE");
        }
        try (InputStream from = body.stream()) {
            return new BodyUpload(broker, partition, session::isClosing).send(from);
        } catch (IOException e) {
            throw failed("read", e);
        } catch (RuntimeException e) {
            throw JmsErrors.of(e);
        }
    }

    /**
     * Fetches a body, and waits for all of it.
     *
     * @throws BodyUnavailableException if not all of it can be had
     */
    static LargeBody fetch(BrokerConnection broker, int partition, BodyReference reference)
            throws BodyUnavailableException {
        try (LargeBody.Writer to = new LargeBody.Writer()) {
            new BodyDownload(broker, partition, reference).to(to);
            return to.finish();
        } catch (IOException e) {
            throw BodyUnavailableException.of(failed("keep", e));
        } catch (RefusedException e) {
            JMSException cause = JmsErrors.of(e);
            throw e.code() == ErrorCode.INVALID_DESTINATION
                    ? BodyUnavailableException.gone(cause)
                    : BodyUnavailableException.of(cause);
        } catch (RuntimeException e) {
            throw BodyUnavailableException.of(JmsErrors.of(e));
        }
    }

    private static JMSException failed(String what, IOException e) {
        JMSException error =
                new JMSException(
                        "Expected to "
                                + what
                                + " the body of a large message in a temporary file, but "
                                + e.getMessage());
        error.setLinkedException(e);
        error.initCause(e);
        return error;
    }
}
