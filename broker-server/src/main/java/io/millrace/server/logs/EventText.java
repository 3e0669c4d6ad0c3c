package io.millrace.server.logs;

import io.millrace.core.Event;
import io.millrace.core.EventCodec;
import io.millrace.core.catalog.CatalogEvent;
import io.millrace.core.partition.PartitionEvent;
import io.millrace.core.partition.Relocated;
import io.millrace.wire.MessageBatch;
import io.millrace.wire.WireFormatException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Events in words: kind, destination, sequences, message ids. No contents of messages: what is in
 * them is not for everybody who looks after a disk. Remembers names of destinations as they go by.
 */
final class EventText {

    private final Map<Long, String> namesById = new HashMap<>();

    /** Makes a name known that an earlier entry gave. */
    void name(long destinationId, String name) {
        namesById.put(destinationId, name);
    }

    /** One line for each event of an entry. */
    void write(byte[] body, Consumer<String> lines) {
        try {
            EventCodec.decode(body, event -> lines.accept(line(event)));
        } catch (WireFormatException e) {
            lines.accept("cannot be decoded: " + e.getMessage());
        }
    }

    /** A destination with its name, if that is known. */
    String destination(long id) {
        String name = namesById.get(id);
        return name == null ? "destination " + id : "destination " + id + " '" + name + "'";
    }

    private String line(Event event) {
        if (event instanceof PartitionEvent.DestinationOpened opened) {
            name(opened.destinationId(), opened.name());
        } else if (event instanceof CatalogEvent.DestinationCreated created) {
            name(created.destinationId(), created.name());
        } else if (event instanceof PartitionEvent.Enqueued enqueued) {
            return messages("Enqueued ", enqueued);
        } else if (event instanceof Relocated relocated) {
            return messages("Relocated ", relocated.messages());
        }
        return event.toString();
    }

    private String messages(String kind, PartitionEvent.Enqueued event) {
        MessageBatch batch = event.batch();
        StringBuilder line = new StringBuilder(kind);
        line.append(destination(event.destinationId()))
                .append(", sequences ")
                .append(event.firstSequence())
                .append(" to ")
                .append(event.firstSequence() + batch.count() - 1)
                .append(", ")
                .append(batch.length())
                .append(" bytes, ")
                .append(id(batch, batch.firstProducerSequence()));
        if (batch.count() > 1) {
            line.append(" to ").append(id(batch, batch.lastProducerSequence()));
        }
        if (event.user() != null) {
            line.append(", user ").append(event.user());
        }
        if (batch.transactionId().length > 0) {
            line.append(", in a transaction");
        }
        return line.toString();
    }

    private static String id(MessageBatch batch, long producerSequence) {
        return "ID:" + batch.producerId() + ":" + producerSequence;
    }
}
