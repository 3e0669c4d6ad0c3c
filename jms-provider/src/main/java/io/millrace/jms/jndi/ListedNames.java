package io.millrace.jms.jndi;

import java.util.Iterator;
import javax.naming.NamingEnumeration;

/** Names that were bound when they were asked for. */
record ListedNames<P>(Iterator<P> names) implements NamingEnumeration<P> {

    @Override
    public P next() {
        return names.next();
    }

    @Override
    public boolean hasMore() {
        return names.hasNext();
    }

    @Override
    public P nextElement() {
        return names.next();
    }

    @Override
    public boolean hasMoreElements() {
        return names.hasNext();
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
