package io.millrace.jms.jndi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.ContextNotEmptyException;
import javax.naming.InvalidNameException;
import javax.naming.Name;
import javax.naming.NameAlreadyBoundException;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NameParser;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.NotContextException;
import javax.naming.Reference;
import javax.naming.spi.NamingManager;
import org.jspecify.annotations.Nullable;

/**
 * A context over directories in memory. As a context may be, not thread-safe in its environment.
 */
@SuppressWarnings("BanJNDI") // It is what JNDI asks; it opens no connection to a directory.
final class MemoryContext implements Context {

    private final Directory directory;
    private final String fullName;
    private final Hashtable<Object, Object> environment;

    MemoryContext(Directory directory, String fullName, Hashtable<Object, Object> environment) {
        this.directory = directory;
        this.fullName = fullName;
        this.environment = environment;
    }

    /** The parts of a name that are not empty. */
    static List<String> path(Name name) {
        List<String> parts = new ArrayList<>();
        for (String part : Collections.list(name.getAll())) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static String joined(List<String> parts) {
        return String.join("/", parts);
    }

    private MemoryContext below(Directory child, List<String> path) {
        String name = fullName.isEmpty() ? joined(path) : fullName + "/" + joined(path);
        return new MemoryContext(child, name, copyOfEnvironment());
    }

    @SuppressWarnings("unchecked") // A clone has the type of the original.
    private Hashtable<Object, Object> copyOfEnvironment() {
        return (Hashtable<Object, Object>) environment.clone();
    }

    @Override
    public Object lookup(Name name) throws NamingException {
        List<String> path = path(name);
        Directory current = directory;
        for (int depth = 0; depth < path.size(); depth++) {
            List<String> rest = path.subList(depth, path.size());
            Object child = current.get(path.get(depth));
            if (child == null) {
                Object made = current.make(joined(rest));
                if (made == null) {
                    throw notFound(path, rest);
                }
                return made;
            }
            if (child instanceof Directory below) {
                current = below;
            } else if (rest.size() == 1) {
                return resolved(child, name);
            } else if (child instanceof Context elsewhere) {
                return elsewhere.lookup(nameOf(rest.subList(1, rest.size())));
            } else {
                throw notAContext(path, rest);
            }
        }
        return below(current, path);
    }

    private static Name nameOf(List<String> parts) throws InvalidNameException {
        CompositeName name = new CompositeName();
        for (String part : parts) {
            name.add(part);
        }
        return name;
    }

    private Object resolved(Object bound, Name name) throws NamingException {
        if (!(bound instanceof Reference)) {
            return bound;
        }
        try {
            return NamingManager.getObjectInstance(bound, name, this, environment);
        } catch (NamingException e) {
            throw e;
        } catch (Exception e) {
            // The interface ObjectFactory declares it.
            NamingException error =
                    new NamingException(
                            "Expected an object for " + bound + ", but its factory threw");
            error.setRootCause(e);
            throw error;
        }
    }

    private static NamingException notFound(List<String> path, List<String> rest)
            throws InvalidNameException {
        NamingException error =
                new NameNotFoundException(
                        "Expected '" + joined(path) + "' to be bound, but nothing has this name");
        error.setRemainingName(nameOf(rest));
        return error;
    }

    private static NamingException notAContext(List<String> path, List<String> rest)
            throws InvalidNameException {
        NamingException error =
                new NotContextException(
                        "Expected '"
                                + rest.get(0)
                                + "' in '"
                                + joined(path)
                                + "' to be a context, but it is something else");
        error.setRemainingName(nameOf(rest));
        return error;
    }

    /** A directory and a name in it. */
    private record Place(Directory parent, String name) {}

    private Place place(Name name) throws NamingException {
        List<String> path = path(name);
        if (path.isEmpty()) {
            throw new InvalidNameException("Expected a name, but it is empty");
        }
        Directory current = directory;
        for (int depth = 0; depth < path.size() - 1; depth++) {
            Object child = current.get(path.get(depth));
            List<String> rest = path.subList(depth, path.size());
            if (child == null) {
                throw notFound(path, rest);
            }
            if (!(child instanceof Directory below)) {
                throw notAContext(path, rest);
            }
            current = below;
        }
        return new Place(current, path.get(path.size() - 1));
    }

    @Override
    public void bind(Name name, Object object) throws NamingException {
        Place place = place(name);
        if (!place.parent.putIfFree(place.name, object)) {
            throw bound(name);
        }
    }

    private static NamingException bound(Name name) {
        return new NameAlreadyBoundException(
                "Expected '" + name + "' to be free, but it is bound; use rebind");
    }

    private static void requireObject(Name name, Place place) throws NamingException {
        if (place.parent.get(place.name) instanceof Directory) {
            throw new NamingException(
                    "Expected '" + name + "' to be an object, but it is a context");
        }
    }

    @Override
    public void rebind(Name name, Object object) throws NamingException {
        Place place = place(name);
        requireObject(name, place);
        place.parent.put(place.name, object);
    }

    @Override
    public void unbind(Name name) throws NamingException {
        Place place = place(name);
        requireObject(name, place);
        place.parent.remove(place.name);
    }

    @Override
    public void rename(Name oldName, Name newName) throws NamingException {
        Place from = place(oldName);
        Place to = place(newName);
        Object moved = from.parent.get(from.name);
        if (moved == null) {
            List<String> path = path(oldName);
            throw notFound(path, path);
        }
        if (!to.parent.putIfFree(to.name, moved)) {
            throw bound(newName);
        }
        from.parent.remove(from.name);
    }

    private Directory directoryAt(Name name) throws NamingException {
        if (path(name).isEmpty()) {
            return directory;
        }
        Place place = place(name);
        Object child = place.parent.get(place.name);
        if (child instanceof Directory below) {
            return below;
        }
        List<String> path = path(name);
        List<String> last = path.subList(path.size() - 1, path.size());
        throw child == null ? notFound(path, last) : notAContext(path, last);
    }

    @Override
    public NamingEnumeration<NameClassPair> list(Name name) throws NamingException {
        return listed(name, each -> each);
    }

    @Override
    public NamingEnumeration<Binding> listBindings(Name name) throws NamingException {
        return listed(name, each -> each);
    }

    private <P> NamingEnumeration<P> listed(Name name, Function<Binding, P> as)
            throws NamingException {
        List<P> pairs = new ArrayList<>();
        List<String> path = path(name);
        for (Map.Entry<String, Object> each : directoryAt(name).copy().entrySet()) {
            List<String> child = new ArrayList<>(path);
            child.add(each.getKey());
            Object bound = each.getValue();
            Object shown =
                    bound instanceof Directory below
                            ? below(below, child)
                            : resolved(bound, nameOf(child));
            Binding binding = new Binding(each.getKey(), shown);
            binding.setNameInNamespace(
                    fullName.isEmpty() ? joined(child) : fullName + "/" + joined(child));
            pairs.add(as.apply(binding));
        }
        return new ListedNames<>(pairs.iterator());
    }

    @Override
    public Context createSubcontext(Name name) throws NamingException {
        Place place = place(name);
        Directory created = new Directory(null);
        if (!place.parent.putIfFree(place.name, created)) {
            throw bound(name);
        }
        return below(created, path(name));
    }

    @Override
    public void destroySubcontext(Name name) throws NamingException {
        Place place = place(name);
        Object child = place.parent.get(place.name);
        if (child == null) {
            return; // As the interface says: it is gone already.
        }
        if (!directoryAt(name).isEmpty()) {
            throw new ContextNotEmptyException(
                    "Expected '" + name + "' to be empty, but names are bound in it");
        }
        place.parent.remove(place.name);
    }

    @Override
    public Object lookupLink(Name name) throws NamingException {
        return lookup(name);
    }

    @Override
    public NameParser getNameParser(Name name) {
        return CompositeName::new;
    }

    @Override
    public Name composeName(Name name, Name prefix) throws NamingException {
        return ((Name) prefix.clone()).addAll(name);
    }

    @Override
    public String composeName(String name, String prefix) throws NamingException {
        return composeName(new CompositeName(name), new CompositeName(prefix)).toString();
    }

    @Override
    public @Nullable Object addToEnvironment(String key, Object value) {
        return environment.put(key, value);
    }

    @Override
    public @Nullable Object removeFromEnvironment(String key) {
        return environment.remove(key);
    }

    @Override
    public Hashtable<?, ?> getEnvironment() {
        return copyOfEnvironment();
    }

    @Override
    public String getNameInNamespace() {
        return fullName;
    }

    /** Does nothing: a context holds nothing that must be given back. */
    @Override
    public void close() {
        // Objects stay usable, as those of any naming service do.
    }

    // The same with names as texts.

    @Override
    public Object lookup(String name) throws NamingException {
        return lookup(new CompositeName(name));
    }

    @Override
    public void bind(String name, Object object) throws NamingException {
        bind(new CompositeName(name), object);
    }

    @Override
    public void rebind(String name, Object object) throws NamingException {
        rebind(new CompositeName(name), object);
    }

    @Override
    public void unbind(String name) throws NamingException {
        unbind(new CompositeName(name));
    }

    @Override
    public void rename(String oldName, String newName) throws NamingException {
        rename(new CompositeName(oldName), new CompositeName(newName));
    }

    @Override
    public NamingEnumeration<NameClassPair> list(String name) throws NamingException {
        return list(new CompositeName(name));
    }

    @Override
    public NamingEnumeration<Binding> listBindings(String name) throws NamingException {
        return listBindings(new CompositeName(name));
    }

    @Override
    public void destroySubcontext(String name) throws NamingException {
        destroySubcontext(new CompositeName(name));
    }

    @Override
    public Context createSubcontext(String name) throws NamingException {
        return createSubcontext(new CompositeName(name));
    }

    @Override
    public Object lookupLink(String name) throws NamingException {
        return lookup(name);
    }

    @Override
    public NameParser getNameParser(String name) {
        return CompositeName::new;
    }
}
