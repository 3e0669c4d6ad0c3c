package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * What it costs on this machine to hand something to a thread that sleeps: by unparking it, and
 * over a loopback socket to one that waits at a selector. The lower bound of everything that one
 * client does one message at a time.
 */
final class WakeUps {

    private static final int ROUNDS = 20_000;
    private static final int SERIES = 3;
    private static final int MESSAGE_BYTES = 100;

    /** Whose turn it is; written by the one who has it. */
    private volatile int turn;

    /** Prints three series, because the first one is not compiled yet. */
    boolean print() {
        try {
            for (int series = 0; series < SERIES; series++) {
                System.out.printf(
                        "wake-up: parked thread %.1f us, selector behind a loopback socket %.1f us"
                                + " (one way)%n",
                        parkedMicros(), socketMicros());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }

    private double parkedMicros() {
        Thread here = Thread.currentThread();
        turn = 0;
        Thread there =
                new Thread(
                        () -> {
                            for (int round = 0; round < ROUNDS; round++) {
                                awaitTurn(1);
                                turn = 0;
                                LockSupport.unpark(here);
                            }
                        },
                        "bench-wake-up");
        there.start();
        long begin = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            turn = 1;
            LockSupport.unpark(there);
            awaitTurn(0);
        }
        return oneWayMicros(begin);
    }

    private void awaitTurn(int mine) {
        while (turn != mine) {
            LockSupport.park(this);
        }
    }

    private static double oneWayMicros(long beginNanos) {
        return (System.nanoTime() - beginNanos) / 2e3 / ROUNDS;
    }

    private static double socketMicros() throws IOException {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> echo(listening));
            try (SocketChannel socket = SocketChannel.open(listening.getLocalAddress())) {
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
                long begin = System.nanoTime();
                for (int round = 0; round < ROUNDS; round++) {
                    socket.write(message.clear());
                    message.clear();
                    while (message.hasRemaining()) {
                        socket.read(message);
                    }
                }
                return oneWayMicros(begin);
            } finally {
                echo.join();
            }
        }
    }

    /** Sends back what comes, until the other side closes. */
    private static void echo(ServerSocketChannel listening) {
        try (SocketChannel socket = listening.accept();
                Selector selector = Selector.open()) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ);
            ByteBuffer bytes = ByteBuffer.allocateDirect(MESSAGE_BYTES);
            while (true) {
                selector.select(key -> bytes.clear());
                if (socket.read(bytes) < 0) {
                    return;
                }
                bytes.flip();
                while (bytes.hasRemaining()) {
                    socket.write(bytes);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
