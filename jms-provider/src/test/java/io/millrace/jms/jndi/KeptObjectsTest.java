package io.millrace.jms.jndi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceXAConnectionFactory;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import javax.naming.ConfigurationException;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Test;

/** Factories and destinations in a naming service, and as bytes (Jakarta Messaging 3.1, 5.1). */
@SuppressWarnings("BanJNDI") // JNDI is what is tested.
class KeptObjectsTest {

    private static final String MEMORY = "millrace:mem:names";

    private static Object throughReference(Referenceable object) throws Exception {
        Reference reference = (Reference) throughBytes(object.getReference());
        return NamingManager.getObjectInstance(reference, null, null, null);
    }

    private static Object throughBytes(Object object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream to = new ObjectOutputStream(bytes)) {
            to.writeObject(object);
        }
        try (ObjectInputStream from =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return from.readObject();
        }
    }

    @Test
    void destinationsCanBeKept() throws Exception {
        MillraceQueue queue = new MillraceQueue("orders");
        assertEquals(queue, throughReference(queue));
        assertEquals(queue, throughBytes(queue));
        MillraceTopic topic = new MillraceTopic("news");
        assertEquals(topic, throughReference(topic));
        assertEquals(topic, throughBytes(topic));
    }

    @Test
    void factoriesCanBeKept() throws Exception {
        MillraceConnectionFactory factory =
                new MillraceConnectionFactory(MEMORY + "?trustedPackages=com.example,org.example");
        assertEquals(List.of("com.example", "org.example"), factory.getTrustedPackages());
        factory.setTrustedPackages(List.of("com.example"));
        factory.setThreadFactory(Thread::new);
        for (Object kept : List.of(throughReference(factory), throughBytes(factory))) {
            MillraceConnectionFactory same = (MillraceConnectionFactory) kept;
            assertEquals(factory.getUri(), same.getUri());
            assertEquals(List.of("com.example"), same.getTrustedPackages());
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new MillraceConnectionFactory(MEMORY + "?trustedPackages=,"));
    }

    @Test
    void factoriesForDistributedTransactionsCanBeKept() throws Exception {
        MillraceXAConnectionFactory factory =
                new MillraceXAConnectionFactory(MEMORY + "?trustedPackages=org.example");
        factory.setTrustedPackages(List.of("com.example"));
        factory.setThreadFactory(Thread::new);
        for (Object kept : List.of(throughReference(factory), throughBytes(factory))) {
            MillraceXAConnectionFactory same = (MillraceXAConnectionFactory) kept;
            assertEquals(factory.getUri(), same.getUri());
            assertEquals(List.of("com.example"), same.getTrustedPackages());
        }
        Reference reference =
                new Reference(
                        "jakarta.jms.XAConnectionFactory", MillraceObjects.class.getName(), null);
        assertThrows(
                ConfigurationException.class,
                () -> NamingManager.getObjectInstance(reference, null, null, null));
        reference.add(new StringRefAddr("uri", MEMORY));
        assertInstanceOf(
                MillraceXAConnectionFactory.class,
                NamingManager.getObjectInstance(reference, null, null, null));
    }

    @Test
    void handWrittenReferencesMaySayTheInterface() throws Exception {
        Reference reference =
                new Reference("jakarta.jms.Queue", MillraceObjects.class.getName(), null);
        MillraceObjects objects = new MillraceObjects();
        assertThrows(
                ConfigurationException.class,
                () -> objects.getObjectInstance(reference, null, null, null));
        reference.add(new StringRefAddr("physicalName", "orders"));
        assertEquals(
                new MillraceQueue("orders"),
                objects.getObjectInstance(reference, null, null, null));
        assertNull(objects.getObjectInstance("something else", null, null, null));
        Reference foreign = new Reference("java.lang.String", null, null);
        assertNull(objects.getObjectInstance(foreign, null, null, null));
    }
}
