package io.millrace.server.partition;

import java.util.concurrent.CountDownLatch;

/** Waits that an interrupt does not end; it is there again afterwards. */
final class Uninterrupted {

    private Uninterrupted() {}

    private interface Wait {
        void run() throws InterruptedException;
    }

    static void join(Thread thread) {
        wait(thread::join);
    }

    static void await(CountDownLatch latch) {
        wait(latch::await);
    }

    private static void wait(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.run();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
