package io.millrace.jms.jndi;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.MillraceXAConnectionFactory;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NamingException;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes factories and destinations of the references that a naming service keeps of them, so that
 * an administrator can write them by hand as well.
 *
 * <p>A factory has the address {@code uri} and, if it trusts more than simple values, {@code
 * trustedPackages}; a queue or a topic has {@code physicalName}. The class is ours or the interface
 * of {@code jakarta.jms}.
 */
public final class MillraceObjects implements ObjectFactory {

    private static final String URI = "uri";
    private static final String TRUSTED = "trustedPackages";
    private static final String PHYSICAL_NAME = "physicalName";

    /** What is kept of a factory. */
    public static Reference reference(MillraceConnectionFactory factory) {
        return reference(factory.getClass(), factory.getUri(), factory.getTrustedPackages());
    }

    /** What is kept of a factory whose sessions take part in distributed transactions. */
    public static Reference reference(MillraceXAConnectionFactory factory) {
        return reference(factory.getClass(), factory.getUri(), factory.getTrustedPackages());
    }

    private static Reference reference(Class<?> type, String uri, List<String> trusted) {
        Reference reference = referenceTo(type);
        reference.add(new StringRefAddr(URI, uri));
        if (!trusted.isEmpty()) {
            reference.add(new StringRefAddr(TRUSTED, String.join(",", trusted)));
        }
        return reference;
    }

    /** What is kept of a queue or a topic. */
    public static Reference reference(MillraceDestination destination) {
        Reference reference = referenceTo(destination.getClass());
        reference.add(new StringRefAddr(PHYSICAL_NAME, destination.name()));
        return reference;
    }

    private static Reference referenceTo(Class<?> type) {
        return new Reference(type.getName(), MillraceObjects.class.getName(), null);
    }

    /**
     * The object of a reference; null for anything that is not of ours.
     *
     * @throws NamingException if the reference lacks an address, or what it says is not possible
     */
    @Override
    public @Nullable Object getObjectInstance(
            @Nullable Object object,
            @Nullable Name name,
            @Nullable Context context,
            @Nullable Hashtable<?, ?> environment)
            throws NamingException {
        if (!(object instanceof Reference reference)) {
            return null;
        }
        return switch (reference.getClassName()) {
            case "io.millrace.jms.MillraceConnectionFactory",
                    "jakarta.jms.ConnectionFactory",
                    "jakarta.jms.QueueConnectionFactory",
                    "jakarta.jms.TopicConnectionFactory" ->
                    factory(
                            reference,
                            MillraceConnectionFactory::new,
                            MillraceConnectionFactory::setTrustedPackages);
            case "io.millrace.jms.MillraceXAConnectionFactory",
                    "jakarta.jms.XAConnectionFactory",
                    "jakarta.jms.XAQueueConnectionFactory",
                    "jakarta.jms.XATopicConnectionFactory" ->
                    factory(
                            reference,
                            MillraceXAConnectionFactory::new,
                            MillraceXAConnectionFactory::setTrustedPackages);
            case "io.millrace.jms.destination.MillraceQueue", "jakarta.jms.Queue" ->
                    new MillraceQueue(required(reference, PHYSICAL_NAME));
            case "io.millrace.jms.destination.MillraceTopic", "jakarta.jms.Topic" ->
                    new MillraceTopic(required(reference, PHYSICAL_NAME));
            default -> null;
        };
    }

    private static <T> T factory(
            Reference reference, Function<String, T> ofUri, BiConsumer<T, List<String>> trusting)
            throws NamingException {
        try {
            T factory = ofUri.apply(required(reference, URI));
            String trusted = optional(reference, TRUSTED);
            if (trusted != null) {
                trusting.accept(factory, Arrays.asList(trusted.split(",", -1)));
            }
            return factory;
        } catch (IllegalArgumentException e) {
            NamingException error = new ConfigurationException(e.getMessage());
            error.setRootCause(e);
            throw error;
        }
    }

    private static String required(Reference reference, String type) throws NamingException {
        String content = optional(reference, type);
        if (content == null || content.isEmpty()) {
            throw new ConfigurationException(
                    "Expected a reference to a "
                            + reference.getClassName()
                            + " to have an address '"
                            + type
                            + "', but it has "
                            + reference);
        }
        return content;
    }

    private static @Nullable String optional(Reference reference, String type) {
        RefAddr address = reference.get(type);
        return address != null && address.getContent() instanceof String text ? text : null;
    }
}
