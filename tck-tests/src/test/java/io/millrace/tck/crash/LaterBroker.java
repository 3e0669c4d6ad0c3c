package io.millrace.tck.crash;

import io.millrace.core.partition.PartitionLimits;
import io.millrace.server.Broker;
import io.millrace.server.BrokerConfiguration;
import io.millrace.server.LogOpeners;
import io.millrace.server.net.NettyAcceptor;
import io.millrace.server.users.Authenticator;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A broker whose clock is ahead, to see what a day brings without waiting for it: arguments are the
 * port, the directory and by how many milliseconds.
 */
public final class LaterBroker {

    private LaterBroker() {}

    /** Runs until it is killed. */
    public static void main(String[] arguments) {
        long aheadMillis = Long.parseLong(arguments[2]);
        Broker broker =
                Broker.start(
                        LogOpeners.inDirectory(
                                Path.of(arguments[1]), BrokerConfiguration.defaults()),
                        PartitionLimits.NETWORK,
                        Authenticator.everybody(),
                        () -> System.currentTimeMillis() + aheadMillis);
        NettyAcceptor.listen("127.0.0.1", Integer.parseInt(arguments[0]), 1, broker::accept);
        System.out.println("running");
        while (true) {
            LockSupport.park();
        }
    }
}
