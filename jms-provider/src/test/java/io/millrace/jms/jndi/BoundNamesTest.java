package io.millrace.jms.jndi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.jms.destination.MillraceQueue;
import java.util.Collections;
import java.util.Hashtable;
import javax.naming.Binding;
import javax.naming.Context;
import javax.naming.ContextNotEmptyException;
import javax.naming.InitialContext;
import javax.naming.InvalidNameException;
import javax.naming.NameAlreadyBoundException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.NotContextException;
import org.junit.jupiter.api.Test;

/** What an application binds itself. */
@SuppressWarnings("BanJNDI") // JNDI is what is tested.
class BoundNamesTest {

    private static Context context(String... properties) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(
                Context.INITIAL_CONTEXT_FACTORY, MillraceInitialContextFactory.class.getName());
        for (String each : properties) {
            int equals = each.indexOf('=');
            environment.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return new InitialContext(environment);
    }

    @Test
    void namesCanBeBoundInMemory() throws NamingException {
        Context context = context("queue.jms/work=work");
        context.bind("answer", 42);
        assertEquals(42, context.lookup("answer"));
        assertThrows(NameAlreadyBoundException.class, () -> context.bind("answer", 43));
        context.rebind("answer", 43);
        context.rebind("jms/other", "other");
        assertEquals("other", context.lookup("jms/other"));
        context.rename("answer", "jms/answer");
        assertEquals(43, context.lookup("jms/answer"));
        assertThrows(NameNotFoundException.class, () -> context.lookup("answer"));
        assertThrows(NameNotFoundException.class, () -> context.rename("answer", "jms/new"));
        assertThrows(
                NameAlreadyBoundException.class, () -> context.rename("jms/answer", "jms/work"));
        context.unbind("jms/answer");
        context.unbind("jms/answer");
        assertThrows(NameNotFoundException.class, () -> context.lookup("jms/answer"));
        assertThrows(NameNotFoundException.class, () -> context.bind("none/answer", 42));
        assertThrows(NamingException.class, () -> context.rebind("jms", 42));
        assertThrows(NamingException.class, () -> context.unbind("jms"));
        assertThrows(InvalidNameException.class, () -> context.bind("", 42));
        assertThrows(NameNotFoundException.class, () -> context("queue.a=a").lookup("jms/work"));
    }

    @Test
    void subContextsCanBeMadeAndDestroyed() throws NamingException {
        Context context = context();
        Context created = context.createSubcontext("mine");
        assertThrows(NameAlreadyBoundException.class, () -> context.createSubcontext("mine"));
        created.bind("number", 1);
        assertEquals(1, context.lookup("mine/number"));
        assertThrows(ContextNotEmptyException.class, () -> context.destroySubcontext("mine"));
        assertThrows(NotContextException.class, () -> context.destroySubcontext("mine/number"));
        context.unbind("mine/number");
        context.destroySubcontext("mine");
        context.destroySubcontext("mine");
        assertThrows(NameNotFoundException.class, () -> context.lookup("mine"));
    }

    @Test
    void referencesBecomeObjectsWhenTheyAreLookedUp() throws NamingException {
        Context context = context();
        context.bind("kept", new MillraceQueue("orders").getReference());
        assertEquals(new MillraceQueue("orders"), context.lookup("kept"));
        Binding listed = Collections.list(context.listBindings("")).get(2);
        assertEquals("kept", listed.getName());
        assertEquals(new MillraceQueue("orders"), listed.getObject());
    }

    @Test
    void environmentIsACopy() throws NamingException {
        Context context = (Context) context("queue.jms/work=work").lookup("jms");
        assertNull(context.addToEnvironment("key", "value"));
        assertEquals("value", context.getEnvironment().get("key"));
        context.getEnvironment().clear();
        assertEquals("value", context.removeFromEnvironment("key"));
        assertNull(context.getEnvironment().get("key"));
        assertEquals("jms/work", context.composeName("work", "jms"));
        assertEquals(2, context.getNameParser("").parse("jms/work").size());
        context.close();
    }
}
