package io.millrace.tck.crash;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An application with its broker inside, to be killed: arguments are the URI, the history and its
 * first producer's number.
 */
public final class EmbeddedApplication {

    private EmbeddedApplication() {}

    /** Runs until it is killed, or with a fourth argument until nothing more arrives. */
    public static void main(String[] arguments) throws Exception {
        try (History history = new History(Path.of(arguments[1]));
                Load load = new Load(arguments[0], history, Integer.parseInt(arguments[2]))) {
            System.out.println("running");
            if (arguments.length == 3) {
                LockSupport.park();
            }
            load.stopSending();
            long before = -1;
            while (before != load.receivedCount()) {
                before = load.receivedCount();
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
            }
        }
    }
}
