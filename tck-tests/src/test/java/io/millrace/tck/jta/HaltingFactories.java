package io.millrace.tck.jta;

import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** Factories whose connections and sessions give out resources that may halt their application. */
final class HaltingFactories {

    private static final Set<Class<?>> BETWEEN =
            Set.of(XAConnection.class, XASession.class, javax.sql.XAConnection.class);

    private HaltingFactories() {}

    static <T> T over(Class<T> type, T target, Halt halt) {
        return type.cast(proxy(type, target, halt));
    }

    private static Object proxy(Class<?> type, Object target, Halt halt) {
        // A manager knows resources by their identity.
        Map<XAResource, HaltingResource> resources = new ConcurrentHashMap<>();
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> {
                    Object result;
                    if (method.getName().equals("equals")) {
                        return arguments != null && arguments[0] == proxy;
                    }
                    try {
                        result = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                    return result instanceof XAResource resource
                            ? resources.computeIfAbsent(
                                    resource, each -> new HaltingResource(each, halt))
                            : wrapped(method.getReturnType(), result, halt);
                });
    }

    private static @Nullable Object wrapped(Class<?> type, @Nullable Object result, Halt halt) {
        return result != null && BETWEEN.contains(type) ? proxy(type, result, halt) : result;
    }
}
