package io.millrace.jms.net;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop for all connections of this JVM, started by the first and ended with the last. */
final class SharedLoop {

    private static @Nullable EventLoopGroup loop;
    private static int users;

    private SharedLoop() {}

    static synchronized EventLoopGroup acquire() {
        EventLoopGroup running = loop;
        if (running == null) {
            running =
                    new MultiThreadIoEventLoopGroup(
                            1, new LoopThreads(), NioIoHandler.newFactory());
            loop = running;
        }
        users++;
        return running;
    }

    /** It outlives the connection that started it, so it must not keep that one's class loader. */
    private static final class LoopThreads extends DefaultThreadFactory {

        LoopThreads() {
            super("millrace-client-io", true);
        }

        @Override
        protected Thread newThread(Runnable task, String name) {
            Thread thread = super.newThread(task, name);
            thread.setContextClassLoader(SharedLoop.class.getClassLoader());
            return thread;
        }
    }

    static synchronized void release() {
        users--;
        EventLoopGroup running = loop;
        if (users == 0 && running != null) {
            loop = null;
            running.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
