package io.millrace.tck.joram;

import java.util.Map;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;

/** Finds what {@link MillraceAdmin} has bound. */
final class BoundContext extends InitialContext {

    private final Map<String, Object> bound;

    BoundContext(Map<String, Object> bound) throws NamingException {
        super(true);
        this.bound = bound;
    }

    @Override
    public Object lookup(String name) throws NamingException {
        Object found = bound.get(name);
        if (found == null) {
            throw new NameNotFoundException("Expected one of " + bound.keySet() + ", not " + name);
        }
        return found;
    }

    @Override
    public void close() {}
}
