package io.millrace.jms.client;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The producers and consumers of a connection, by their numbers on the wire. Thread-safe; each core
 * is guarded by its own monitor.
 */
final class Ports {

    private final Map<Integer, ProducerPort> producersByHandle = new ConcurrentHashMap<>();
    private final Map<Long, ConsumerPort> consumersById = new ConcurrentHashMap<>();

    @Nullable ProducerPort producer(int handle) {
        return producersByHandle.get(handle);
    }

    @Nullable ConsumerPort consumer(long consumerId) {
        return consumersById.get(consumerId);
    }

    Collection<ProducerPort> producers() {
        return producersByHandle.values();
    }

    Collection<ConsumerPort> consumers() {
        return consumersById.values();
    }

    void add(ProducerPort port) {
        producersByHandle.put(port.core().handle(), port);
    }

    void add(ConsumerPort port) {
        consumersById.put(port.core().consumerId(), port);
    }

    void remove(ProducerPort port) {
        producersByHandle.remove(port.core().handle());
    }

    void remove(ConsumerPort port) {
        consumersById.remove(port.core().consumerId());
    }

    /** The link is gone. */
    void linkDown() {
        for (ConsumerPort port : consumers()) {
            synchronized (port.core()) {
                port.core().linkDown();
            }
        }
        for (ProducerPort port : producers()) {
            synchronized (port.core()) {
                port.core().linkDown();
            }
        }
    }

    /** The connection is gone for good: whoever waits hears it. */
    void fail(RuntimeException reason) {
        for (ProducerPort port : producers()) {
            fail(port, reason);
        }
        for (ConsumerPort port : consumers()) {
            fail(port, reason);
        }
    }

    static void fail(ProducerPort port, RuntimeException reason) {
        synchronized (port.core()) {
            port.done(port.core().failed(reason));
        }
    }

    static void fail(ConsumerPort port, RuntimeException reason) {
        synchronized (port.core()) {
            port.core().failed(reason);
        }
        port.changed();
    }

    /**
     * Ends something of a connection. If the connection is closed at the same time, or lost, it
     * ends with it, and nobody has to be told.
     */
    static void end(BrokerConnection connection, Runnable ending) {
        try {
            ending.run();
        } catch (RefusedException e) {
            if (connection.failure() == null) {
                throw e;
            }
        }
    }
}
