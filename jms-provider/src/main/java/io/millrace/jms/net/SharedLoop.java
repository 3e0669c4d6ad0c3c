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
                            1,
                            new DefaultThreadFactory("millrace-client-io", true),
                            NioIoHandler.newFactory());
            loop = running;
        }
        users++;
        return running;
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
